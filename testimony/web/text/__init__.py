"""Texts, numbers and text direction on pages."""
