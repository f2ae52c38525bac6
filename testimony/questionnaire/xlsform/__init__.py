"""Converts an organisation's own XLSForm questionnaire to a form definition.

Only writing a questionnaire needs this package, never serving a station. Nothing else imports `pyxform` and `xlrd`.
"""
