"""Convoys: the list, one convoy on its way, its sheet to print, and the page of whoever receives it."""
