"""The list of testimonies at a desk: rows, search, saved views."""
