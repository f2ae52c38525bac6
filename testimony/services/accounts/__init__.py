"""Accounts and sign-in at a station: interviewers, administrators of central, sessions and rate limits."""
