"""What a receiver gets: one table as a zip with the same bytes every time, and the check of such a zip.

Knows tables that may leave, and neither testimonies nor files on a disk (docs/release-files.md).
"""
