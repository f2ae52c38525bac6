"""The age file format: recipients, header, stream."""
