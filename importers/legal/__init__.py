"""Sources of legal listings, one file each."""
