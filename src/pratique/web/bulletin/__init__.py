"""The daily bulletin as published."""
