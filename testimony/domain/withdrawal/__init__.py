"""Rules of a withdrawal that a worker reports: it suspends first and destroys later."""
