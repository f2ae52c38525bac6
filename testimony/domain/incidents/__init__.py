"""Rules of links between testimonies: incidents, persons, similarity."""
