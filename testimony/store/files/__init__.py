"""Files that outlive a power cut, locks, free space, removable media."""
