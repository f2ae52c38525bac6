"""Rules of review, clearance and cases."""
