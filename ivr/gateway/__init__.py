"""The gateway: Asterisk's words become the floor's events, the floor's commands become Asterisk's requests."""
