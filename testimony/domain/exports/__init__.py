"""What lawyers say about exports that two of them approve."""
