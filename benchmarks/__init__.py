"""Repeatable, seeded measurements."""
