"""What may leave without exposing anybody. Knows only rows: no testimony, no consent, no file.

Version 1 holds the classes and the table of the thin release. The engine of docs/anonymity.md (attributes, hierarchies,
suppression, risk, releases) takes its place beside them.
"""
