"""Personal data at the door: found, refused, or replaced by pseudonyms of our own."""
