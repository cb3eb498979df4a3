"""Reception: rooms, the day, rounds, calls for help, orders and release."""
