"""The text of releases: recipients, safety, precision, reasons for holding back, and the next step and its owner."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask_babel import gettext as _

from testimony.anonymity.validity import PRESETS, Preset
from testimony.domain.consent.compartments import COUNTING
from testimony.domain.consent.offers import card_id, offers
from testimony.domain.consent.purposes import Purpose
from testimony.errors import N_
from testimony.services.coding.eligibility import CLOSED, UNREADABLE
from testimony.services.ledger import ledger
from testimony.services.opening.news import SUSPENDED, WITHDRAWN
from testimony.services.release import candidates
from testimony.services.release import desk as release_desk
from testimony.web.desk.consent import consent
from testimony.web.desk.consent import state as consent_state
from testimony.web.text import labels
from testimony.web.text.labels import Words

PURPOSES = {
    str(Purpose.COUNT): N_("Public numbers: anybody may read the file"),
    str(Purpose.MECHANISM): N_("The monitoring mechanism: it keeps the file"),
    str(Purpose.NETWORK): N_("A partner network: it keeps the file"),
}
PRESET_NAMES = {
    "trusted": N_("Trusted"),
    "public": N_("Public"),
    "safe": N_("Very safe"),
}
ATTRIBUTES = {
    "date": N_("When it happened"),
    "place": N_("Where it happened"),
    "age": N_("Age"),
    "gender": N_("Gender"),
    "nat": N_("Nationality"),
    "size": N_("Size of the group"),
    "prev": N_("Earlier pushbacks"),
}
LOST = (
    (0.005, N_("kept as exact as it was told")),
    (0.25, N_("a little coarser")),
    (0.6, N_("coarser")),
    (0.995, N_("much coarser")),
    (1.0, N_("not told apart any more")),
)
"""Up to which loss which words."""
LEFT_OUT = {
    release_desk.PUBLISHED: N_("in an earlier release already: nobody is published twice"),
    release_desk.TOLD_AGAIN: N_("told again by the same person: the event counts once"),
    release_desk.PERIOD: N_("outside the period, or with a date that is not known well enough"),
    release_desk.AUXILIARY: N_("their account was published: its coded twin is held back"),
    release_desk.HELD_BACK: N_("held back for good: an entry that opens to nobody may have published them"),
    candidates.NOT_CLEARED: N_("not cleared yet by two lawyers, or by two coordinators where no lawyer can read"),
    candidates.NO_CONSENT: N_("no consent to this use stands today"),
    SUSPENDED: N_("set aside for now"),
    WITHDRAWN: N_("withdrawn"),
    CLOSED: N_("closed to this desk: no yes to counting, or not all of it came"),
    UNREADABLE: N_("damaged or unreadable here"),
}
RISK = {
    "smallest": N_("Fewest different people in one line"),
    "prosecutor": N_("Who knows that somebody is in a line picks the right person in at most"),
    "marketer": N_("Who guesses in every line is right about"),
    "stigma": N_("Largest part of a line of whom the file says sexual violence or forced undressing"),
    "limit": N_("Limit: the file says sexual violence or forced undressing of no larger part of a line than"),
    "blanks": N_("Counts left blank or not shown"),
}
REASONS = {
    ledger.Reason.DEMAND: N_("Witnesses or the organisation demand it"),
    ledger.Reason.CORRECTION: N_("Something in it was wrong and was corrected"),
    ledger.Reason.MISTAKE: N_("It left by mistake"),
    ledger.Reason.DANGER: N_("It puts somebody in danger"),
}


def recipients(lang: str, also: Iterable[str] = ()) -> dict[str, Words]:
    """Code of the ledger ("P07", "P10:network") -> for whom: those that the organisation asks for, and `also`."""
    organisations = consent_state.organisations()
    keys = {one.key for each in organisations for one in offers(each) if one.purpose in COUNTING}
    asked = {release_desk.code(card_id(key)): key for key in keys}
    named = {code: consent.recipient(key, organisations, lang) for code, key in asked.items()}
    return {code: named.get(code) or Words(code, "und", "auto") for code in sorted({*asked, *also})}


def purpose(code: str) -> str:
    """What a release to this recipient is for."""
    return str(_(PURPOSES.get(code.partition(":")[0], code)))


def preset_name(code: str) -> str:
    return str(_(PRESET_NAMES.get(code, code)))


def preset(one: Preset) -> str:
    """What it means for a person."""
    said = [
        _("Each line stands for at least %(k)s different people from at least %(m)s different pushbacks.",
          k=one.k, m=one.m),
        _("Sexual violence and forced undressing are said of at least 3 and at most %(share)s of 100 of them. Else the "
          "line says “not shown”.", share=round(100 * one.alpha)),
    ]  # fmt: skip
    if one.global_risk < 1:
        said.append(
            _("Who guesses in every line gets at most %(number)s of 100 people right.",
              number=round(100 * one.global_risk))
        )  # fmt: skip
    return " ".join(map(str, said))


def presets() -> dict[str, tuple[str, str]]:
    """Id -> name, and what it means for a person; the weakest first."""
    return {id: (preset_name(id), preset(one)) for id, one in PRESETS.items()}


def period(label: str) -> str:
    """A whole period in words: "2024", "January 2024 to March 2024"."""
    first, _dots, last = label.partition("..")
    if not last:
        return label
    if first[5:] == "01" and last[5:] == "12":
        return str(_("%(first)s to %(last)s", first=first[:4], last=last[:4]))
    return str(_("%(first)s to %(last)s", first=labels.day(first), last=labels.day(last)))


def attribute(name: str) -> str:
    return str(_(ATTRIBUTES.get(name, name)))


def lost(share: float) -> str:
    """How much of an attribute was lost, in words."""
    return str(_(next(words for most, words in LOST if share <= most)))


def left_out(reasons: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """(code, why, how many), the reasons in an order that says first what can still change."""
    order = [*LEFT_OUT, *sorted(reasons.keys() - LEFT_OUT.keys())]
    return [(one, str(_(LEFT_OUT.get(one, one))), reasons[one]) for one in order if reasons.get(one)]


def risk(code: str) -> str:
    """What a figure of the risk says."""
    return str(_(RISK[code]))


def promise(k: int, m: int) -> str:
    """The one sentence about the risk."""
    return str(
        _(
            "Each line stands for at least %(k)s different people from at least %(m)s different pushbacks. Nobody can "
            "tell from this file, or from any two files that you have sent, which of them spoke.",
            k=k,
            m=m,
        )
    )
