"""Blueprint for phones that do not trust the node yet: plain pages without input and without sessions."""
