"""Plan, build, approve, send and recall a release."""
