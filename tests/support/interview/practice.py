"""A practice, from its first card to the one on which it would be sealed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from tests.support.interview.driver import WITH_INTERPRETER, Interviewer

ENTERED: dict[str, Any] = {
    "w_role": "victim", "i_date_prec": "day", "i_date": "2025-04-12", "i_segment": "unk",
    "i_from": "unk", "i_to": "ref", "i_place_found": "river", "x_actors": ["police"], "g_size": 7, "i_held": "h1to6",
    "a_expr": "yes", "a_resp": ["mocked"], "p_exam": "none", "p_signed": "notreq", "p_legal": "notinf",
    "i_ret": ["walk"], "v_acts": ["beat"], "v_injury": ["bruise"], "v_care": "ngo", "v_prop": ["phone"], "d_any": "no",
    "w_age": "a25to34", "w_gender": "m", "w_nat": "ref", "r_wish": ["record"],
}  # fmt: skip
"""What the invented witness tells, as codes; without the account."""


def to_the_end(who: Interviewer, lang: str, account: str, agreed: Collection[str]) -> None:
    """A witness who speaks `lang` agrees to `agreed`, and `account` is typed."""
    who.wait_for("languages")
    who.choose("witness_language", lang)
    who.next()
    who.safety(circumstances=WITH_INTERPRETER)
    who.tell()
    who.consent(agreed)
    who.teach_back()
    who.talk(WITH_INTERPRETER)
    assert who.card == "n_text"
    who.answer(ENTERED | {"n_text": account}, until="rest")
    who.next()
    who.to_sealing()
