"""A desk's home page, its dashboard, and the uses that are allowed today."""
