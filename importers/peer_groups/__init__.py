"""Sources of peer groups listings, one file each."""
