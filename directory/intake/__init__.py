"""How listings come in: decide, store, count, and never lose a row unsaid."""
