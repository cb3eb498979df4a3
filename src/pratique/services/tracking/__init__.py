"""Where vehicles are while a trip runs: trackers, fixes and their end, what is expected and who is silent."""
