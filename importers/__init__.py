"""Readers of the published formats; each yields listing records and knows nothing of the directory behind."""
