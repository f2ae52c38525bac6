"""Consent scripts in every language, their checked recordings, and the questionnaires in force."""
