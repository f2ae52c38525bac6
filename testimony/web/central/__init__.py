"""Blueprint for the administrators of the central server. It shows counts and no content."""
