"""A traveller: what happened, what is owed, what may I do?"""
