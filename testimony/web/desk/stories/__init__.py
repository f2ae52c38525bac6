"""Pages of stories for the public, at a lawyer's desk."""
