"""The database: connecting, migrating, SQLite and PostgreSQL."""
