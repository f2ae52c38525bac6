"""Words, numbers and directions on pages."""
