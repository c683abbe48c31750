"""Sources of employment listings, one file each."""
