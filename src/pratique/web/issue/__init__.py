"""The desk of issues: what was found, whose it is, what became of it, and what comes back."""
