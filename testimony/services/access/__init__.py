"""Give new readers, and the recovery key, access to records that were sealed before they came."""
