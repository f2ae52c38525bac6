"""What another station may read of this station's log."""
