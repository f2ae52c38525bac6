"""Storage of sealed bodies, in a folder or in a bucket."""
