"""How well agents are kept busy, and how much traffic is carried: hotline, and Asterisk's app_queue beside it.

Peers are sipp's, callers with a tone, agents silent; every time comes from their logs.
"""
