"""Pages that export testimonies at a lawyer's desk, and what programs on the same computer may read."""
