"""Taking a batch into the station: judge it, write it, answer with receipts."""
