"""The texts and the vocabulary of a release."""
