"""Consent as text for a desk: each purpose and recipient, how consent was given, until when, and the conversation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from testimony.domain.consent.fold import Act, ConsentState, Key, Purpose
from testimony.domain.consent.offers import offers, referrals, text_in
from testimony.domain.testimony.languages import dir_of
from testimony.questionnaire.consent_scripts import shipped
from testimony.sealing.roster.errors import WordingRefused
from testimony.sealing.roster.wording import parse_wording
from testimony.services.consent.consents import ByDocument, ConsentLine
from testimony.services.wordings import wordings
from testimony.services.wordings.sentences import in_file
from testimony.web import context
from testimony.web.desk.session import signature
from testimony.web.text import consent_labels, labels
from testimony.web.text.labels import Line, Words
from testimony.web.text.numerals import comma

ANSWERS = {Act.GRANT: "granted", Act.REFUSE: "refused", Act.WITHDRAW: "withdrawn"}
YES_NO = ("guardian", "assent", "focal_point", "second_adult")


@dataclass(frozen=True, kw_only=True)
class Purposed:
    """One purpose for one recipient as a line of the desk."""

    purpose: Purpose
    title: str
    recipient: Words
    state: str  # a code of `State`
    words: str
    usable: bool
    on_hold: bool
    until: str  # the last day in words; "" where there is none to tell
    history: tuple[str, ...]  # what was said, in order, where a mind was changed
    document: ByDocument | None = None  # what says yes in place of the witness


@dataclass(frozen=True, kw_only=True)
class CheckedWords:
    """What this desk knows of the wording that a consent names; `trouble`: one sentence where it cannot be used."""

    checked: Words | None = None  # the second speaker
    recordings: int = 0
    mended: tuple[Words, ...] = ()  # sentences that the organisation said in the place of the program's
    trouble: str = ""


def purposes(lines: Iterable[ConsentLine] | None, rosters: Iterable[Mapping[str, Any]], lang: str) -> list[Purposed]:
    """The uses that were asked and their state, then those that the organisation could have asked and did not.

    `rosters` are what the rosters say of the organisation, the newest first: names of recipients come from there.
    """
    organisations = list(rosters)
    asked = [_asked(line, organisations, lang) for line in lines or ()]
    known = {Key(line.purpose, line.recipient) for line in lines or ()}
    unasked = [offer.key for offer in offers(organisations[0] if organisations else {}) if offer.key not in known]
    return asked + [_unasked(key, organisations, lang) for key in unasked]


def _asked(line: ConsentLine, organisations: list[Mapping[str, Any]], lang: str) -> Purposed:
    answered = [(Act(act), day) for act, day in line.history if Act(act) in ANSWERS]
    told = tuple(f"{labels.state(ANSWERS[act])}{comma()}{labels.day(day.isoformat())}" for act, day in answered)
    shown = (
        f" ({_(consent_labels.NAMES_SHOWN[line.name_shown])})" if line.name_shown in consent_labels.NAMES_SHOWN else ""
    )
    return Purposed(
        purpose=line.purpose,
        title=labels.purpose(line.purpose.value) + shown,
        recipient=recipient(Key(line.purpose, line.recipient), organisations, lang),
        state=line.state.value,
        words=labels.state(line.state.value),
        usable=line.usable,
        on_hold=line.on_hold,
        until=_until(line),
        history=told if len(told) > 1 else (),
        document=line.document,
    )


def by_document(document: ByDocument) -> str:
    """That a document says yes, of which day it is, and who attached it."""
    day = labels.day(document.made.isoformat())
    return str(_("By the document of %(day)s, attached by %(person)s.", day=day, person=document.signer))


def _until(line: ConsentLine) -> str:
    if line.state not in (ConsentState.GRANTED, ConsentState.EXPIRED):
        return ""
    return labels.day(line.until.isoformat()) if line.until else str(_("no time limit"))


def _unasked(key: Key, organisations: list[Mapping[str, Any]], lang: str) -> Purposed:
    state = ConsentState.NOT_ASKED.value
    return Purposed(
        purpose=key.purpose,
        title=labels.purpose(key.purpose.value),
        recipient=recipient(key, organisations, lang),
        state=state,
        words=labels.state(state),
        usable=False,
        on_hold=False,
        until="",
        history=(),
    )


def recipient(key: Key, organisations: Iterable[Mapping[str, Any]], lang: str) -> Words:
    """The recipient, by the name in the newest roster that has one, else by the code."""
    for organisation in organisations:
        named = {offer.key: offer.name for offer in offers(organisation)}.get(key) or organisation.get(
            {"organisation": "name", "lawyers": "lawyers", "mechanism": "mechanism"}.get(key.recipient, "")
        )
        if name := text_in(named, lang):
            return Words(name, lang, dir_of(lang))
    return Words(labels.recipient(key.recipient), lang, dir_of(lang))


def around(content: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(field, label, words) of who spoke, who agreed for a child, and the interpreter; codes alone, nobody is named."""
    lines = [("speaker", str(_("Who speaks")), str(_("The guardian of a child under 12, for themselves")))]
    told = lines if content.get("speaker") == "guardian" else []
    agreed = {
        "guardian": _("The guardian agreed"),
        "assent": _("The child agreed"),
        "focal_point": _("The child-protection focal point was there"),
        "second_adult": _("A second adult was there"),
    }
    told += [(name, str(agreed[name]), _yes(content[name])) for name in YES_NO if isinstance(content.get(name), bool)]
    if content.get("interviewer_speaks") is True:
        confirmed = _("The interviewer speaks the language, as the roster confirms")
        told.append(("interviewer_speaks", str(confirmed), _yes(True)))
    helper = content.get("interpreter")
    if isinstance(helper, Mapping) and isinstance(helper.get("used"), bool):
        told.append(("interpreter", str(_("An interpreter helped")), _yes(helper["used"])))
        if isinstance(helper.get("oath"), bool):
            told.append(
                ("interpreter_oath", str(_("The interpreter promised to say everything")), _yes(helper["oath"]))
            )
    return told


def _yes(value: bool) -> str:
    return str(_("yes") if value else _("no"))


def wording(content: Mapping[str, Any]) -> tuple[str, bool]:
    """The beginning of the hash of what was said, and whether this program has that very wording."""
    script = content.get("script")
    sha256 = script.get("sha256") if isinstance(script, Mapping) else None
    return (sha256[:8], sha256 in shipped()) if isinstance(sha256, str) else ("", False)


def checked_words(content: Mapping[str, Any]) -> CheckedWords | None:
    """What is known here of the checked and recorded wording that the consent names; None where it names none.

    Who checked it is said only where the phone took the words for checked too: after a changed name they were a draft.
    """
    script = content.get("script")
    name = script.get("wording") if isinstance(script, Mapping) else None
    if not isinstance(script, Mapping) or name is None:
        return None
    record = wordings.find(context.station(), name) if isinstance(name, str) else None
    try:
        known = parse_wording(record) if record is not None else None
    except WordingRefused:
        known = None
    if known is None:
        return CheckedWords(trouble=str(_("The checked and recorded words that this consent names are not here.")))
    if (known.lang, known.script_sha256) != (script.get("lang"), script.get("sha256")):
        return CheckedWords(trouble=str(_("This consent names checked words of another language or another wording.")))
    mended = _mended(script)
    if not all(known.texts.get(key) == digest for key, digest in mended.items()):
        return CheckedWords(trouble=str(_("This consent names mended sentences that its wording does not have.")))
    checked = Words(known.checked, "und", "auto") if known.checked and script.get("draft") is False else None
    names = dict.fromkeys(map(in_file, mended))  # several uses are asked or given in the same words
    said = tuple(known.mended[name].words for name in names if name in known.mended)
    return CheckedWords(
        checked=checked,
        recordings=len(known.clips),
        mended=tuple(Words(words, known.lang, dir_of(known.lang)) for words in said),
    )


def _mended(script: Mapping[str, Any]) -> dict[str, str]:
    """By key the hash of each mended sentence that was said, as far as the consent has the form for it."""
    said = script.get("mended")
    entries = [one for one in said if isinstance(one, Mapping)] if isinstance(said, list) else []
    return {str(one.get("key")): str(one.get("sha256")) for one in entries}


def help_offered(
    content: Mapping[str, Any], organisation: Mapping[str, Any], lang: str
) -> list[tuple[str, Words, str]]:
    """(id, name, outcome) of each referral service that the person was told about."""
    outcomes = content.get("referrals")
    names = {one.id: text_in(one.name, lang) for one in referrals(organisation)}
    return [
        (str(id), Words(names.get(id, str(id)), lang, dir_of(lang)), str(_(consent_labels.OFFERS[outcome])))
        for id, outcome in sorted(outcomes.items() if isinstance(outcomes, Mapping) else ())
        if outcome in consent_labels.OFFERS
    ]


def split(answers: Any) -> tuple[list[Line], dict[str, Any]]:
    """What the consent step took down about people, as lines of its own; and the answers that are left."""
    if not isinstance(answers, Mapping):
        return [], {}
    lines = [
        Line(field=name, label=str(_(label)), values=_values(name, answers[name]))
        for name, label in consent_labels.FIELDS.items()
        if isinstance(answers.get(name), Mapping)
    ]
    shown = {*consent_labels.FIELDS, signature.FIELD}
    return lines, {name: value for name, value in answers.items() if name not in shown}


def named(content: Mapping[str, Any]) -> list[Line]:
    """The same of provenance, where it stands without the shape of an answer."""
    return split({name: {"value": content[name]} for name in consent_labels.FIELDS if content.get(name)})[0]


def _values(name: str, answer: Mapping[str, Any]) -> tuple[Words, ...]:
    codes = {"guardian_relation": consent_labels.GUARDIANS, "contact_safe": consent_labels.CONTACT_WAYS}.get(name, {})
    value = answer.get("value")
    return tuple(
        Words(str(_(codes[one])) if one in codes else str(one), "und", "auto")
        for one in (value if isinstance(value, list) else [value])
        if isinstance(one, str)
    )


def pictures(content: Mapping[str, Any]) -> tuple[str, ...]:
    """What each picture shows, in the order in which they were sealed; `content` is that of the provenance."""
    said = content.get("pictures")
    return (
        tuple(str(_(consent_labels.PICTURES.get(str(code), code))) for code in said) if isinstance(said, list) else ()
    )
