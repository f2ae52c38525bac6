"""The organisation's own certificate authority, and what a node's browser-facing certificate is. Knows only bytes."""
