"""Bytes ⇄ core values: one file per format, one table (`table.py`) that lists them."""
