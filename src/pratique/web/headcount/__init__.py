"""A headcount beside the book: who was called, who was not, and the count put right."""
