"""Exports at lawyers' desks: the testimonies that consent allows for one use today, as files for other programs."""
