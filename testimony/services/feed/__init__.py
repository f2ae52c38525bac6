"""The part of this station's log that another station may read."""
