"""What is said to travellers, in their language: sheets that a translator edits, held against each other."""
