"""The page of published tables at a coordinator's desk: the state, the next step, the printed numbers."""
