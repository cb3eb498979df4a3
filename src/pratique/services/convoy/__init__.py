"""Convoys: formed of long trips, heard on the way, offered to the receiving prefecture and accepted with its own count."""
