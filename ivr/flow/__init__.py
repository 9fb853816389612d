"""IVR flows: what a caller hears and presses until it is known whom he needs."""
