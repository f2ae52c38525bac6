"""Sync by USB stick: export, import, and the contents of a bundle."""
