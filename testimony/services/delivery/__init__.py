"""Deliver records from a node to central: outbox, receipts, refusals, retention."""
