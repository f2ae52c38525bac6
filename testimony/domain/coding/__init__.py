"""Rules of the coded account: how an account is cut down to codes, and corrected."""
