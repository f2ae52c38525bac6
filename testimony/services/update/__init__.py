"""Updates of the program: verified, installed beside the version that runs, tried, switched to, and undone."""
