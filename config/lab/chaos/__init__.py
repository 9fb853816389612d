"""Chaos: faults on purpose while real calls flow, then three records that must tell the same story."""
