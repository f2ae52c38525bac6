"""From a node to central: outbox, receipts, refusals, retention."""
