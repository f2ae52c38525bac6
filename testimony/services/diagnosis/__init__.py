"""Say in about ten lines how a station is, and what to do about what is not well."""
