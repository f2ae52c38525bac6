"""The desk's door: for the one reader whose key is unlocked on this machine."""
