"""Lawyers' questions to interviewers and the possible answers: codes that reveal nothing about a witness."""

from __future__ import annotations

from enum import StrEnum


class Ask(StrEnum):
    """In the order in which a page offers them."""

    CALL_ME = "call-me"
    RECORDING = "recording"
    SIGNATURE = "signature"
    CONTACT = "contact"
    SECOND_ACCOUNT = "second-account"


class Say(StrEnum):
    """No yes and no no: what an interviewer knows of a witness is told by telephone, and stands in no clear record."""

    SEEN = "seen"
    WILL_CALL = "will-call"
    UNREACHABLE = "unreachable"
    DONE = "done"


CLOSING = frozenset({Say.UNREACHABLE, Say.DONE})
"""After one of these nothing is left to answer."""
