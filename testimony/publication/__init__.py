"""The published files of a release: one table as a reproducible zip, and the checker for such a zip.

It knows tables that may be published, and neither testimonies nor files on a disk (docs/release-files.md).
"""
