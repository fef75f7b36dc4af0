"""Files made from a publication and from nothing else: tables for other tools, one sheet per indicator."""
