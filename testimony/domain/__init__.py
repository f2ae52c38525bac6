"""The rules of the domain as pure functions: consent, release, coding, review, incidents."""
