"""The wires to others: what the outbox holds for them is sent, signed, and sent again until it is confirmed."""
