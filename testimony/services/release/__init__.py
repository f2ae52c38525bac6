"""Planning, building, approving, sending and recalling a release."""
