"""Shows the consent scripts that were read before the last one: what was told and answered under each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from testimony.domain.consent.fold import Key, Purpose
from testimony.domain.consent.offers import offers
from testimony.domain.testimony.languages import dir_of
from testimony.questionnaire.consent_scripts import shipped
from testimony.web.desk.consent import consent
from testimony.web.desk.consent.consent import CheckedWords
from testimony.web.text import consent_labels, labels, sentence_states
from testimony.web.text.labels import Words


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """One wording under which a witness heard or answered something before going on in another language."""

    script: str  # id and version
    language: Words | None
    state: str  # how far it was checked, in words
    sha256: str  # the beginning of its hash
    known: bool  # this program has that very wording
    checked: CheckedWords | None  # the checked and recorded wording that it names, as far as it is known here
    told: tuple[str, ...]
    taught: tuple[str, ...]
    asked: tuple[tuple[str, Words], ...]  # (use, for whom)


def earlier(content: Mapping[str, Any], rosters: Iterable[Mapping[str, Any]], lang: str) -> list[Earlier]:
    """The entries of `said_before` in the consent compartment; malformed ones are left out.

    `rosters` are what the rosters say of the organisation, the newest first: names of recipients come from there.
    """
    said, organisations = content.get("said_before"), list(rosters)
    entries = [each for each in said if isinstance(each, Mapping)] if isinstance(said, list) else []
    return [_earlier(entry, organisations, lang) for entry in entries]


def _earlier(entry: Mapping[str, Any], organisations: list[Mapping[str, Any]], lang: str) -> Earlier:
    found = entry.get("script")
    script = found if isinstance(found, Mapping) else {}
    sha256, spoken = script.get("sha256"), script.get("lang")
    return Earlier(
        script=f"{script.get('id', '')} {script.get('version', '')}".strip(),
        language=labels.language(spoken) if isinstance(spoken, str) else None,
        state=sentence_states.of_script(script),
        sha256=sha256[:8] if isinstance(sha256, str) else "",
        known=isinstance(sha256, str) and sha256 in shipped(),
        checked=consent.checked_words(entry),
        told=_named(entry.get("told"), consent_labels.TOLD),
        taught=_named(entry.get("teach_back"), consent_labels.TEACH_BACK),
        asked=tuple(_use(id, organisations, lang) for id in _ids(entry.get("asked"))),
    )


def _ids(value: Any) -> tuple[str, ...]:
    """Each id once, in the order in which it stands there."""
    return tuple(dict.fromkeys(one for one in value if isinstance(one, str))) if isinstance(value, list) else ()


def _named(value: Any, names: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(str(_(names[id])) if id in names else id for id in _ids(value))


def _use(id: str, organisations: list[Mapping[str, Any]], lang: str) -> tuple[str, Words]:
    """What a question about a use (`P01`, `P05-camp-clinic`) asks for, and for whom."""
    for organisation in organisations:
        for offer in offers(organisation):
            if offer.id == id:
                return labels.purpose(offer.purpose.value), consent.recipient(offer.key, organisations, lang)
    code, _dash, recipient = id.partition("-")
    if code in labels.PURPOSES and recipient:
        return labels.purpose(code), consent.recipient(Key(Purpose(code), recipient), organisations, lang)
    return labels.purpose(code), Words(recipient, lang, dir_of(lang))
