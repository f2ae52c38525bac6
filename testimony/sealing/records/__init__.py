"""Signed records: fields, the envelope, signatures."""
