"""The case file that a court or an expert gets."""
