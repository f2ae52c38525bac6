"""The central server's door: for its operator. It shows counts and no content."""
