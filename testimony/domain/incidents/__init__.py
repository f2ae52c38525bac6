"""Rules that link testimonies: incidents, persons, similarity."""
