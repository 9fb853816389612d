"""Fixtures for everything under `recordings`."""

from tests.databases import database, postgres, template

__all__ = ["database", "postgres", "template"]
