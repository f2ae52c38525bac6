"""Pages on which a lawyer imports records from elsewhere."""
