"""The invented world: a port, a day's flights and people, and what truly happens to each of them."""
