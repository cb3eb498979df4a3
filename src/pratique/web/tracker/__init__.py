"""Trackers of the vehicles."""
