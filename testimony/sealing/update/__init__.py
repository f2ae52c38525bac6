"""Updates of the program: the statement that describes one, and the release keys, of which two sign it."""
