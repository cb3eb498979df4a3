"""The stay: rooms and who is in them, help, orders about the term, release and what follows it.

- `call`: call_for_help · answer
"""
