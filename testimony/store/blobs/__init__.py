"""Sealed bodies, in a folder or in a bucket."""
