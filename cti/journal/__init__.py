"""The journal of facts, its checkpoints, and the loop that takes one event in, writes it down and releases commands."""
