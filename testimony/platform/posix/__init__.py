"""The half for Linux, macOS and other POSIX systems."""
