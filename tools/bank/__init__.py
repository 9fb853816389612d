"""A real call center's day through hotline's router: the Technion's "Anonymous Bank" (docs/what-if.md)."""
