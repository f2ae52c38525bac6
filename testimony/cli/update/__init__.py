"""Commands about updates: check, apply, undo, offer and make one."""
