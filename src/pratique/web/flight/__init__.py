"""A flight: who of it is where, who is open?"""
