"""The slip that opens a traveller's own page, and the notice of their rights: printed by staff, handed over."""
