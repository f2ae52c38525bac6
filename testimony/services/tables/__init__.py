"""Published tables at coordinators' desks: the secret, the plan of a year, numbers that two people agree to."""
