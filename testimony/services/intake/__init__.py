"""Take a batch into the station: validate it, write it, answer with receipts."""
