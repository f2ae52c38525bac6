"""Tables of a release as sheets and spreadsheets."""
