"""One question for people, flights and vehicles."""
