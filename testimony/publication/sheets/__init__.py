"""The sheets and spreadsheets of a release."""
