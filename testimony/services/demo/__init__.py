"""The invented organisation of the demonstration."""
