"""How far a record or a withdrawal has come on its way."""
