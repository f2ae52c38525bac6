"""Files of records as other programs write them: each is read into one table."""
