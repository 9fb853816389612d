"""What look-up steps ask: a view of the database, an HTTP service, a Python plug-in. One file a kind."""
