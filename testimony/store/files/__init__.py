"""Files that survive a power cut, locks, free space, removable media."""
