"""JSON for phones and agencies, versioned. A phone keeps every scan until it is answered, and may always send again."""
