"""The dispatch desk: who waits, what is proposed and why, what runs when."""
