"""The schema, step by step. `directory.database.upgrade` runs the steps that a database lacks."""
