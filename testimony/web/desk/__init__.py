"""Blueprints for a desk: for the one reader whose key is unlocked on this machine."""
