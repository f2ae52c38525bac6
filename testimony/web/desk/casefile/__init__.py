"""Pages for cases, case files, archives and submissions."""
