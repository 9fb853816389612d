"""Flows tried without a phone: scripts of what a caller does, what he must hear, and what must come of it."""
