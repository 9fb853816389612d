"""Asterisk and what a caller hears: FastAGI, ARI, AMI, flows, prompts, and the gateway to the router."""
