"""Pages on which a lawyer brings records from elsewhere in."""
