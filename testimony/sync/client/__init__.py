"""The client side of sync: push, pull, delivery, renewals."""
