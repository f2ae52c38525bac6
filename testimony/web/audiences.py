"""The audiences of routes: the kinds of visitors who may call them."""

from __future__ import annotations

import enum


class Visitor(enum.Enum):
    """The audience of a route."""

    ANYONE = "anyone"  # everybody who reaches the station
    PEER = "peer"  # stations and phones: the sync routes check signatures themselves
    INTERVIEWER = "interviewer"  # signed in at a field node
    OPERATOR = "operator"  # holds the start-up token of this central server, node or desk
    ADMINISTRATOR = "administrator"  # signed in at central, with this role
    REGISTRAR = "registrar"  # the same
    OBSERVER = "observer"  # the same
    ENROLLING = "enrolling"  # opened a link with which they register what they will sign in with
    READER = "reader"  # at a desk with an unlocked key, of any owner
    LAWYER = "lawyer"  # the same, owner a lawyer
    COORDINATOR = "coordinator"  # the same, owner a coordinator
    PROGRAM = "program"  # at a lawyer's desk, with a token that the lawyer made


ACCOUNTS = frozenset({Visitor.ADMINISTRATOR, Visitor.REGISTRAR, Visitor.OBSERVER, Visitor.ENROLLING})
"""The audiences of central's pages. None of them is a reader: that takes a key, and central has none."""
