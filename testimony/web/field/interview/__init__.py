"""The interview page: its shell, cards and texts."""
