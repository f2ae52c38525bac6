"""The page of a desk that makes a backup and tests it."""
