"""Rules of consent: purposes, recipients, guards, and the state of a consent after later events."""
