"""Trips: planned, boarded, reported; who is aboard."""
