"""Create an organisation, its keys and ceremonies, and stations that wait to be admitted."""
