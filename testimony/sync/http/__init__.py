"""The HTTP connection of an exchange: routes, limits, uploads that resume."""
