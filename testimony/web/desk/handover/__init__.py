"""Pages with which lawyers hand testimonies over to another organisation, and take in what another one hands over."""
