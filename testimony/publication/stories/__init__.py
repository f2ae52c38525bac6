"""Stories for the public as files: a page and data for each, and the list of them with its bulletin."""
