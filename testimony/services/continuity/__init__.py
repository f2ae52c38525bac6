"""Resume work after central or a node was restored from a backup."""
