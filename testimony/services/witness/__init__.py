"""What a witness asks for: withdrawal with the code, and requests without one."""
