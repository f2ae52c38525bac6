"""Rules for which values of an account a release may contain."""
