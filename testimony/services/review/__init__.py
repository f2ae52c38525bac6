"""What lawyers record about a testimony: reviews, notes, translations, cases, questions."""
