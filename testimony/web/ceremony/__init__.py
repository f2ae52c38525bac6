"""Pages of a key ceremony: a separate program for a computer without a network. It knows no station."""
