"""Where: the embedded gazetteer, geocoders and distances."""
