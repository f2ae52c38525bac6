"""The anonymity engine: decides which records a release may contain. It knows rows only, no testimony and no file.

Version 1 holds the classes and the table of the thin release. The engine of docs/anonymity.md (attributes, hierarchies,
suppression, risk, releases) takes its place beside them.
"""
