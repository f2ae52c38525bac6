"""Requests of witnesses: withdrawal with the code, and callback requests without one."""
