"""Customers: who they are, how they are found by number or account, how they get into the database."""
