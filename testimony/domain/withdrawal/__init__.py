"""Rules for withdrawals that a worker reports: they first suspend a testimony, and destroy it later."""
