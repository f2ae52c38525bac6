"""The signed container for sync by USB stick."""
