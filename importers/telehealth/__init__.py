"""Sources of telehealth listings, one file each."""
