"""Asterisk's REST interface: one WebSocket for events and requests, and the typed client over it."""
