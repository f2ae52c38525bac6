"""The HTTP connection of a sync: routes, limits, resumable uploads."""
