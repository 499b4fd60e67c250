"""What formats draw beside the table, derived from a summary: they compute nothing themselves."""
