"""E-mail: sends the alarms."""
