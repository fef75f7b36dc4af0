"""Words: how numbers, dates, lists, absent values and the texts of partners are written."""
