"""Sources of general listings, one file each."""
