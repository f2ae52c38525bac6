"""Rules of consent: purposes, who may read what, how a consent stands after later events."""
