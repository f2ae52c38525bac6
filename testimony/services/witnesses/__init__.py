"""Time stamps and cosignatures: other parties that saw the head of central's log."""
