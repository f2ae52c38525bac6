"""Storage: the database and its tables, sealed bodies, and files that survive a power cut."""
