"""Hand-overs of testimonies to other organisations, and what comes from them, at lawyers' desks."""
