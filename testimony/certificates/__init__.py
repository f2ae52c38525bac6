"""The organisation's certificate authority, and the certificates that nodes show to browsers. It handles bytes only."""
