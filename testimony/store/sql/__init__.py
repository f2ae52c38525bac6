"""The database: connections, migrations, SQLite and PostgreSQL."""
