"""What travellers ask and wait for: calls for help, complaints, objections, each with its clock and who owes the answer."""
