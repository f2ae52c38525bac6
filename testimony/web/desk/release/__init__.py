"""Pages for releases at a coordinator's desk."""
