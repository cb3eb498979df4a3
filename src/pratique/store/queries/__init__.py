"""Everything the screens read: frozen values out of the tables, nothing written."""
