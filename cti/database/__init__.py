"""The database: SQLite or PostgreSQL through the same models; times are UTC milliseconds in BIGINT columns."""
