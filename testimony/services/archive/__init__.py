"""Archives of signed originals that anyone can verify."""
