"""Pages for the list, search, saved views and withdrawals."""
