"""Lawyers' questions to interviewers and the possible answers, by codes that reveal nothing about a witness."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Ask(StrEnum):
    """In the order in which a page offers them."""

    CALL_ME = "call-me"
    RECORDING = "recording"
    SIGNATURE = "signature"
    CONTACT = "contact"
    SECOND_ACCOUNT = "second-account"


WORDS: Final = "words"
"""The code of a question in the lawyer's own words, which are sealed to the phone."""


class Say(StrEnum):
    """No yes and no no: what an interviewer knows of a witness stands in no clear record."""

    SEEN = "seen"
    WILL_CALL = "will-call"
    UNREACHABLE = "unreachable"
    DONE = "done"
    WRITTEN = "written"
    """The answer in words is in an annex that only lawyers open."""
    UNREADABLE = "unreadable"
    """The phone has no key that opens the words."""


CLOSING = frozenset({Say.UNREACHABLE, Say.DONE, Say.WRITTEN, Say.UNREADABLE})
"""After one of these nothing is left to answer."""
BY_A_PHONE: Final = frozenset({Say.WRITTEN, Say.UNREADABLE})
"""Said to words alone, and counted only from the phone that they were sealed to: nobody else opens them."""
