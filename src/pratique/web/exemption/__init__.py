"""Exemptions: papers, who confirmed and decided them; and whoever left without grounds."""
