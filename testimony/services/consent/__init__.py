"""What a witness agrees to today, and changes to consent after the interview."""
