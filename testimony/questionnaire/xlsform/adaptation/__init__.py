"""Adapts a published XLSForm so that this program can ask it, and reports each change. The compiler stays strict."""
