"""Sources of treatment listings, one file each."""
