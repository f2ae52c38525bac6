"""The pages of a key ceremony: a program of its own on a computer without a network. It knows no station."""
