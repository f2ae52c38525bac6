"""Blueprints for a field node: for interviewers and the phones on its hotspot."""
