"""The half for Windows, written against Microsoft's documentation. It was never run on Windows."""
