"""What units ask and report upwards, and the answers."""
