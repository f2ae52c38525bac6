"""Pages for one testimony."""
