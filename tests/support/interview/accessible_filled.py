"""Goes to a card of the filled interview and lets no bar cover it."""

from __future__ import annotations

MODULE = "document.querySelector('script[type=module]').src.replace('pages/home/start.js', name)"


GO = f"async (card) => (await ((name) => import({MODULE}))('pages/cards/card.js')).go(card)"


STILL = "() => document.querySelectorAll('.top, .bar').forEach((bar) => (bar.style.position = 'static'))"
"""Bars lie over nothing: what they cover is scrolled to."""
