"""Background work of a station: scheduled jobs, and tasks that a user started."""
