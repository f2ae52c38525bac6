"""Questionnaires that an organisation writes itself: from an XLSForm to a definition. Needed when one is written, never
when a station serves: `pyxform` and `openpyxl` are imported here and nowhere else.
"""
