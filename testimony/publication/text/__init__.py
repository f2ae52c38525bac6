"""Words and vocabulary of a release."""
