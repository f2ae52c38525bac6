"""What of an account may leave in a release."""
