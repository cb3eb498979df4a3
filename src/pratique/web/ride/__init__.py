"""The page of whoever rides with a trip."""
