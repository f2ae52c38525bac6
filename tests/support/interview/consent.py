"""Scripts that go to a card of the interview page, and read the path of its cards."""

from __future__ import annotations

MODULE = "document.querySelector('script[type=module]').src.replace('pages/home/start.js', name)"


GO = f"async (card) => (await ((name) => import({MODULE}))('pages/cards/card.js')).go(card)"
"""Long ways through the form are other tests' matter: one answer, and on to a card."""


PATH = f"async () => (await ((name) => import({MODULE}))('pages/base/interview_state.js')).path().map(({{ id }}) => id)"
