"""Exchange formats: a feed and its clause as ODCS v3.1 or Table Schema, and a Table Schema as the start of a feed."""
