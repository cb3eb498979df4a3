"""Procedures, one step at a time: for an officer who is tired and must not get it wrong."""
