"""Rules of the ledger of releases."""
