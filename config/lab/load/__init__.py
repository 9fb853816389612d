"""How well agents are kept busy, and how much traffic is carried: hotline, and Asterisk's app_queue beside it.

Peers are sipp's, without audio of their own; every time comes from their logs.
"""
