"""The `directory` command, one file per group of commands."""
