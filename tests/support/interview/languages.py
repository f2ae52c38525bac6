"""The answers that the interview page holds."""

from __future__ import annotations

from tests.support.interview.accessible_filled import MODULE

ANSWERS = f"async () => (await ((name) => import({MODULE}))('pages/base/interview_state.js')).sitting.state.answers"
