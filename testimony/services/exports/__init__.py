"""Exports of testimonies at lawyers' desks, for one use that consent allows today, as files for other programs."""
