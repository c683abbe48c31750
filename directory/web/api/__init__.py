"""JSON, one file per surface."""
