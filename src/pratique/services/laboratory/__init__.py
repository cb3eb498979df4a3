"""Tubes on their way to laboratories in batches, and results on their way back in files."""
