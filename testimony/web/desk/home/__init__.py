"""The first page of a desk, its dashboard and the uses that are allowed today."""
