"""Manifests and the sealed parts that they list."""
