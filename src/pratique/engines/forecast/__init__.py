"""What the next day will ask for, with how sure that is: seeded simulation of what is known and of what is assumed."""
