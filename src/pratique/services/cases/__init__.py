"""Cases and what follows from them: classed, contacts named and owed their due, told to other authorities."""
