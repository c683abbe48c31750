"""HTML pages, one file per kind of visitor."""
