"""What a witness asks for with the withdrawal code, and requests without one."""
