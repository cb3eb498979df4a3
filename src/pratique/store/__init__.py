"""All tables: the one Django app. Rows are turned into core values in `rows`, read in `queries`, written by services."""
