"""Lists handed in: what is in them, what is wrong with them, what they change."""
