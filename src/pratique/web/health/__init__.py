"""Staff health: my report, my unit's, the grid of all units, and one person for the health lead."""
