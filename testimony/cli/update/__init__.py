"""Commands about updates: check, apply and take back one, hand it on, and make one."""
