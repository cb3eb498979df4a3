"""A day played into the real services and database, as phones, carriers and desks would."""
