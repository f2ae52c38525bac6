"""What lawyers say about a testimony: reviews, notes, translations, cases, questions."""
