"""Stories for the public at a lawyer's desk."""
