"""Finding: one query, one protocol, several engines with the same answers."""
