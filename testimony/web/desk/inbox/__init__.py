"""Pages for the list of testimonies, search, saved views and withdrawals."""
