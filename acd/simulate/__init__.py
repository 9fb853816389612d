"""The router under a virtual clock: traffic and staff of a scenario, run through the very `Floor` that runs live."""
