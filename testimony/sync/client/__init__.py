"""The side of an exchange that asks: push, pull, delivery, renewals."""
