"""Exchange by removable medium: export, import, and what a bundle holds."""
