"""Commands for sync by USB stick."""
