"""Make the case file that a court or an expert receives."""
