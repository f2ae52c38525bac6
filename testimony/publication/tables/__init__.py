"""The file of published tables, written from published numbers alone."""
