"""Who else saw the head of central's log: time stamps and cosignatures."""
