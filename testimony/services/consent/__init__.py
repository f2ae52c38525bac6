"""A witness's consent as it is today, and changes to it after the interview."""
