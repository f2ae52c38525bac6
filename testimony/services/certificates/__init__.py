"""The organisation's certificate authority, and the certificates of its nodes."""
