"""Turns a published XLSForm into one that this program can ask, and says each change. The compiler stays strict."""
