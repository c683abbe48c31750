"""What is listed: the nouns of HSDS 3.1, and the pure rules about them."""
