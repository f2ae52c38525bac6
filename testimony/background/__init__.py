"""What runs in the background of a station: jobs that come round again, and work that somebody asked for."""
