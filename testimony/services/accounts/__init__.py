"""Who may sign in at a station: interviewers, administrators of central, sessions and limits."""
