"""Pages for incidents and persons."""
