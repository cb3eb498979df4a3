"""The force's own safety: checklists and what they find, protective equipment by post, supplies and how long they last."""
