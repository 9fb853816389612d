"""Sources ask real databases."""

from tests.databases import database, empty_database_url, postgres, template

__all__ = ["database", "empty_database_url", "postgres", "template"]
