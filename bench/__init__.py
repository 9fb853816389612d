"""How fast the router is, and how right: `make bench` runs all of it, `python -m bench PART` one part."""
