"""Rules about what belongs to one testimony: statement, translation, notes, questions."""
