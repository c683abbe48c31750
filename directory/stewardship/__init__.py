"""Keeping listings true: edits of fields over what sources say, merges of listings that are one."""
