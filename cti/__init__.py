"""People and records: the journal, the database, the API, metrics, the desk."""
