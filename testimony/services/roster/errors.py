"""Errors of a proposal of the next roster."""

from __future__ import annotations

from testimony.errors import N_, Kind, TestimonyError


class ProposalUnknown(TestimonyError):
    code = "proposal.unknown"
    kind = Kind.UNKNOWN
    sentence = N_("There is no such proposal. It was taken back, or the address is wrong.")
