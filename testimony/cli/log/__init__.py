"""Commands for the custody log and its witnesses."""
