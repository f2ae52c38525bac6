"""Lawyers' work on a testimony: reviews, notes, translations, cases, questions."""
