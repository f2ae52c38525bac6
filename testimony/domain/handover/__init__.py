"""Hand-overs to other organisations: what lawyers wrote down about each, and about the organisations that they know."""
