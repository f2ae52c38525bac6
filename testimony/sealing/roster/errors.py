"""Errors of rosters, proposals and requests for admission."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from testimony.errors import N_, Kind, TestimonyError


class RosterRefused(TestimonyError):
    """A roster or root that this station must not adopt; `reason` says which rule."""

    code = "roster.refused"
    kind = Kind.REFUSED
    REASONS: ClassVar[dict[str, str]] = {
        "older": N_("This roster has a lower number than the one in force. Ask the coordinator for the current one."),
        "signature": N_(
            "This roster is not signed by enough of the organisation's root keys. Do not use it; report it."
        ),
        "behind": (  # this, "date", "confirmer" and "lacking" are said by the command line alone
            "This roster's date is before that of the last one. Set the clock. If the last roster's date was wrong, "
            "sign with --last-date-wrong; nothing was signed."
        ),
        "date": "That is not the date that was shown. Set the clock of this machine if it is wrong; nothing was done.",
        "confirmer": (
            "Who confirms a roster is given as ID=KEY, as “testimony roster confirm” shows it, and must be an active "
            "person of this roster; nothing was signed."
        ),
        "lacking": (
            "The organisation's folder lacks a file that the roster names. Bring it with “testimony roster follow FILE"
            " --org DIR”, where FILE is the bundle at central's /sync/trust, then try again; nothing was changed."
        ),
        "chain": N_("This roster does not follow the one in force. Bring the rosters in between first."),
        "slots": N_("This roster has more readers than places for them. Sign one with more slots or fewer readers."),
        "structure": N_("This roster does not have the structure that the format asks for."),
        "organisation": N_(
            "What this roster says of the organisation is not in the form that the format asks for: its names, the uses"
            " that it asks for, or its referrals. Correct it and sign it again."
        ),
        "foreign": N_("This roster belongs to another organisation."),
        "roles": N_("This roster gives one person or one key two roles. Sign one in which each has a single role."),
        "policy": N_("This roster lets coordinators open more than codes and consent. Sign one that does not."),
        "root-number": N_(
            "These roots do not have the number that comes after that of the roots in force. Nothing was signed:"
            " “testimony roster show” says which roots are in force."
        ),
        "root-forked": N_(
            "Old root keys signed other new roots than those in force here. Nothing of this was taken. Report it:"
            " compare the six words in the minutes of the ceremony."
        ),
        "root-unsigned": N_(
            "This is no proposal of new roots that their own keys signed. Take the file of their ceremony again."
        ),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class WordingRefused(TestimonyError):
    """A checked wording, or a recording of it, that must not be used; `reason` says which rule."""

    code = "wording.refused"
    kind = Kind.REFUSED
    REASONS: ClassVar[dict[str, str]] = {
        "structure": N_("This is not a wording in the form that the format asks for. Make it again at the desk."),
        "newer": N_("This wording was made by a newer version. Update this program, then try again."),
        "signature": N_("This wording was changed after it was signed. Do not use it; report it."),
        "signer": N_(
            "This wording was not signed by an active lawyer or coordinator of the roster. Let one of them sign it."
        ),
        "script": N_(
            "This wording is about other sentences than this program has. Check and record the present ones again."
        ),
        "clip": N_("A recording of this wording is missing or damaged. Save the wording again at the desk."),
        "torn": N_("This file ends too early or was changed. Save it again at the desk."),
        "twice": N_("Two of these files are wordings of one language. Give the one that should hold."),
        "unnamed": N_("The roster in force does not name this wording. It was not used."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class PagesRefused(TestimonyError):
    """A statement of the files of a page that must not be used; `reason` says which rule."""

    code = "pages.refused"
    kind = Kind.REFUSED
    REASONS: ClassVar[dict[str, str]] = {
        "structure": "This is not a statement of page files in the form that the format asks for. Make it again.",
        "newer": "This statement was made by a newer version. Update this program, then try again.",
        "keys": "The roster in force names no page keys. Sign one that names three, by `testimony roster page-keys`.",
        "key": "This key file holds none of the three page keys that the roster names. Take another one.",
        "signature": "Fewer than two of the three page keys of the roster signed this statement as it stands. Do not "
        "use it; have it signed again.",
        "none": "This node serves no signed statement of its page. Compare it with --statement or --home.",
        "older": "This statement has a lower number, or an earlier day, than the one in force here. Ask for the newest "
        "one.",
        "files": "These are not the files that this station serves. Compare the differences; nothing was changed.",
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class EnrolmentRefused(TestimonyError):
    """A request to be admitted, a change of the roster, or a trust bundle that is not taken; `reason` says why."""

    code = "enrolment.refused"
    kind = Kind.REFUSED
    REASONS: ClassVar[dict[str, str]] = {
        "id": N_(
            "A name in the roster has small letters, digits and hyphens, and at most 64 of them. Choose another; "
            "nothing was changed."
        ),
        "request": N_(
            "This is not a request that a station made, or it is damaged. Fetch it from the station again; nothing was "
            "changed."
        ),
        "newer": N_("A newer version made this file. Update this program, then try again; nothing was changed."),
        "signature": N_(
            "This request is not signed by the keys that it names. Do not use it; report it. Nothing was changed."
        ),
        "known": N_(
            "This key is in the roster already, as %(id)s. Bring the station the newest bundle; nothing was changed."
        ),
        "taken-out": N_(
            "This key was taken out of the roster; it was %(id)s. Make new keys at a new station; nothing was changed."
        ),
        "id-taken": N_("The roster has %(id)s already. Choose another name; nothing was changed."),
        "id-unknown": N_(
            "The roster has no active %(id)s of this kind. `testimony roster show` lists whom it names; nothing was "
            "changed."
        ),
        "not-phone": N_("Only a phone can be lost, and %(id)s is none. Revoke it instead; nothing was changed."),
        "last": N_(
            "Without %(id)s no lawyer or no central server would be left. Admit another one first; nothing was changed."
        ),
        "words": N_("The words were not confirmed. Nothing was changed."),
        "not-admitted": N_(
            "The newest roster in this bundle does not name this station. Read its words to headquarters and bring the "
            "bundle that comes then; nothing was changed."
        ),
        "bundle": N_(
            "This is not a whole trust bundle: it ends too early or was changed. Fetch it again; nothing was changed."
        ),
        "older": N_(
            "This bundle is older than what is in force here, which stays. Ask headquarters for the newest one."
        ),
        "joined": N_(
            "This station was admitted before. Bring it later bundles with `testimony station update`; nothing was "
            "changed."
        ),
        "wanted": N_(
            "No station waits here to be admitted. Prepare one with `testimony station new`; nothing was changed."
        ),
    }

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(**values)
        self.reason = reason
        self.sentence = self.REASONS[reason]


class ProposalRefused(TestimonyError):
    """A proposed roster that is not signed, not published, or no proposal; `reason` says why. Nothing was changed.

    `differences`: of "differs", how the file is another roster, one sentence each (`services.roster.diff`).
    """

    code = "proposal.refused"
    kind = Kind.REFUSED
    REASONS: ClassVar[dict[str, str]] = {
        "torn": N_(
            "This is not a whole proposal: it ends too early, was changed, or is something else. Bring it again; "
            "nothing was changed."
        ),
        "newer": N_("A newer version made this file. Update this program, then try again; nothing was changed."),
        "lacking": N_("Of %(total)s codes these are lacking: %(numbers)s. Scan them too; nothing was changed."),
        "unknown": N_(
            "These codes follow a roster that is not held here. Bring the proposal as a file instead: it has all "
            "rosters with it. Nothing was changed."
        ),
        "mixed": N_("These are signatures of different rosters. Bring those of one alone; nothing was changed."),
        "stranger": N_(
            "A key that is no root of this organisation signed this. Do not use it; report it. Nothing was changed."
        ),
        "signature": N_(
            "A signature does not belong to this roster. Have it signed again; if that happens twice, report it. "
            "Nothing was changed."
        ),
        "few": N_(
            "%(wanted)s root keys must sign, and %(found)s did. Have the same file signed by another one; nothing was "
            "changed."
        ),
        "old": N_(
            "This file is of roster number %(found)s, and number %(wanted)s is in force here. Take the newest file of "
            "this proposal; nothing was changed."
        ),
        "stale": N_(
            "Another roster came into force since this proposal was prepared. Prepare it again and have it signed "
            "again; nothing was changed."
        ),
        "behind": (  # this and "whole" are said by the command line alone
            "This proposal does not follow the newest roster in this folder. Prepare it again at central; nothing was "
            "signed."
        ),
        "differs": N_("What was signed is another roster than this proposal. Nothing was changed."),
        "open": N_("This proposal is not prepared for signing yet. Prepare it first; nothing was changed."),
        "settled": N_(
            "This proposal is prepared for signing, and changed no more. Take it back first; nothing was changed."
        ),
        "published": N_("This proposal was published before. Nothing was changed."),
        "empty": N_("This proposal has no change in it. Add one first; nothing was changed."),
        "twice": N_("This change is in the proposal already. Nothing was changed."),
        "whole": (
            "A proposal is signed as it is: leave out --form, --ca and --wording, and have them signed with "
            "`testimony roster renew`. Nothing was signed."
        ),
    }

    def __init__(self, reason: str, *, differences: Sequence[object] = (), **values: object) -> None:
        super().__init__(**values)
        self.reason = reason
        self.differences = differences
        self.sentence = self.REASONS[reason]
