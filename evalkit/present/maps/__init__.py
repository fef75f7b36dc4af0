"""Maps: where the zones are, and their values when the edition has contours."""
