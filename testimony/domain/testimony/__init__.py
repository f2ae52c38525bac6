"""Rules for the contents of one testimony: statement, translation, notes, questions."""
