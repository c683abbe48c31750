"""HTTP: parse, call one use case, commit, answer."""
