"""Partners: sites of others that show our search, each under a key of its own."""
