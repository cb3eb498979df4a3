"""Passenger lists: what they say, how two versions differ, whom a document belongs to."""
