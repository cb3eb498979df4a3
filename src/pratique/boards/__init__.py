"""Live screens: they refresh themselves as long as the book changes, and say so when they cannot."""
