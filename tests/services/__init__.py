"""The verbs against a real database."""
