"""Updates of the program: what a statement says of one, and the release keys of which two sign it."""
