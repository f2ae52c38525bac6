"""The ledger of releases at a coordinator's desk."""
