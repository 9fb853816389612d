"""The router: pure and deterministic, standard library only. `Floor.apply(event)` returns commands."""
