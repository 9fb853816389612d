"""Service-level mode: the weights, reservations and agents' prices that meet the targets, found by simulation."""
