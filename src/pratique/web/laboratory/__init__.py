"""The sampling table and the laboratories: who is due, where the tubes are, what came back."""
