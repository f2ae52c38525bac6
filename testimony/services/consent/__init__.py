"""What a witness agrees to today, and what is done about it after the interview."""
