"""Which testimonies tell of the same incident or person."""
