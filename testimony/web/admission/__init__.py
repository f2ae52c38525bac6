"""Blueprint for a station that waits to be admitted: its words for everybody, the trust bundle for the operator."""
