"""The screening desk: who waits, what is asked, where they are sent and why; the ill step by step; checkpoints."""
