"""Sources of housing listings, one file each."""
