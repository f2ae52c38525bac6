"""The door for phones that do not trust the node yet: plain pages, nothing to type, nothing remembered."""
