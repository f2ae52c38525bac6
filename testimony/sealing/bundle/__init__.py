"""The signed container of an exchange by removable medium."""
