"""Archives of signed originals that a stranger can verify."""
