"""Pratique: the work between the aircraft door and the licence to go free."""
