"""The side of an exchange that answers."""
