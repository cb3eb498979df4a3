"""Who works here: signing in and out, and one's password."""
