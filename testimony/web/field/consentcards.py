"""The cards of consent: what is said in every language, with this organisation's names; what is asked, and when."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from babel.units import format_unit
from flask_babel import gettext

from testimony.domain.compartment import GIVES
from testimony.domain.consent import Purpose, prerequisites
from testimony.domain.guards import NOT_FOR_CHILDREN
from testimony.domain.languages import SHIPPED, dir_of
from testimony.domain.organisation import LIVES, Offer, offers, referrals, said
from testimony.questionnaire.prompts import prompts
from testimony.questionnaire.scripts import Item, Script, filled
from testimony.web import consentwords
from testimony.web.field.interviewcards import Question
from testimony.web.labels import PURPOSES

Texts = tuple[tuple[str, str, str], ...]
CHILD = ["has", "cs_age", "minor", "alone"]
ASK_ON = ["not", ["answered", "ask_no_more"]]
TOLD_ICONS = (
    "people", "question", "write", "heart", "promise", "skip", "eye", "choices", "warn", "shield", "back", "fire",
    "calendar", "help",
)  # fmt: skip
TEACH_ICONS = ("write", "eye", "back")
PURPOSE_ICONS = {
    "P01": "lock", "P02": "voice", "P03": "camera", "P04": "scales", "P05": "service", "P06": "chart",
    "P07": "mechanism", "P08a": "globe", "P08b": "letter", "P08c": "report", "P08d": "name", "P09": "court",
    "P10": "network", "P11": "quote", "P12": "paper", "P13": "call", "P14": "tracing",
}  # fmt: skip


@dataclass(frozen=True)
class Spoken:
    """One thing to say, in every language of the scripts: the page shows the witness's and the interviewer's."""

    id: str
    texts: Texts  # (language, direction, words)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One purpose for one recipient, as its card shows it."""

    id: str
    purpose: str
    when: str  # JSON of a condition: what must have been agreed to before
    question: Spoken
    recipient: Spoken
    life: Spoken
    gives: Spoken


@dataclass(frozen=True, kw_only=True)
class Help:
    """One place of help."""

    id: str
    kind: str
    name: Spoken
    how: Spoken


@cache
def scripts() -> dict[str, Script]:
    """The consent scripts by language."""
    return {lang: Script.load(lang) for lang in SHIPPED}


def names(organisation: Mapping[str, Any], lang: str) -> dict[str, str]:
    """What the placeholders of the scripts stand for, in `lang`."""
    told = {"organisation": organisation.get("name"), **organisation}
    own = {name: said(told[name], lang) if told.get(name) else value for name, value in scripts()[lang].names.items()}
    record = next((offer for offer in offers(organisation) if offer.purpose is Purpose.RECORD), None)
    lived = record.life_months if record else LIVES[Purpose.RECORD]
    return {**own, "complaints": said(organisation.get("complaints"), lang), "life": life(lived, lang)}


def life(months: int | None, lang: str) -> str:
    """ "for 24 months", or that there is no limit."""
    words = scripts()[lang].words
    if months is None:
        return words["life_open"]
    return filled(words["life_for"], {"months": _months(months, lang)})


def _months(months: int, lang: str) -> str:
    """Where CLDR takes the long words from the short ones, as in Arabic, Babel has lost them and says the unit's id."""
    written = format_unit(months, "duration-month", locale=lang)
    return format_unit(months, "duration-month", "short", locale=lang) if "duration-" in written else written


def spoken(group: str, organisation: Mapping[str, Any]) -> tuple[Spoken, ...]:
    """`group` (told, teach_back, safety, readers) of the scripts with the organisation's names put in."""
    by_lang = {lang: getattr(script, group) for lang, script in scripts().items()}
    told = {lang: names(organisation, lang) for lang in by_lang}
    return tuple(
        _spoken(item.id, lambda lang, at=at: filled(by_lang[lang][at].text, told[lang]))
        for at, item in enumerate(by_lang[SHIPPED[0]])
    )


def words(organisation: Mapping[str, Any]) -> dict[str, Spoken]:
    """The single sentences of the scripts, by name."""
    told = {lang: names(organisation, lang) for lang in SHIPPED}
    return {
        name: _spoken(name, lambda lang, name=name: filled(scripts()[lang].words[name], told[lang]))
        for name in scripts()[SHIPPED[0]].words
    }


def asked(organisation: Mapping[str, Any]) -> tuple[Asked, ...]:
    """The purposes that this organisation asks for, in the order of asking; one that can never stand is left out."""
    offered = offers(organisation)
    return tuple(_asked(offer, offered, organisation) for offer in offered if _can_stand(offer, offered))


def told_purposes(organisation: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The same as the page's scripts need them: {id: {purpose, recipient, life_months}}."""
    offered = offers(organisation)
    return {
        offer.id: {"purpose": str(offer.purpose), "recipient": offer.recipient, "life_months": offer.life_months}
        for offer in offered
        if _can_stand(offer, offered)
    }


def said_words(organisation: Mapping[str, Any]) -> dict[str, str]:
    """A digest of what is said before each answer, in all languages and with every name put in: {field: hex}."""
    told = {f"told_{at:02d}": (item,) for at, item in enumerate(spoken("told", organisation), 1)}
    taught = {f"teach_{at}": (item,) for at, item in enumerate(spoken("teach_back", organisation), 1)}
    uses = {f"purpose_{one.id}": (one.question, one.recipient, one.life) for one in asked(organisation)}
    return {field: _digest(words) for field, words in (told | taught | uses).items()}


def _digest(words: Iterable[Spoken]) -> str:
    return hashlib.sha256(json.dumps([one.texts for one in words]).encode()).hexdigest()[:16]


def places_of_help(organisation: Mapping[str, Any]) -> tuple[Help, ...]:
    """Where this organisation refers people to."""
    return tuple(
        Help(
            id=one.id,
            kind=one.kind,
            name=_spoken(one.id, lambda lang, one=one: said(one.name, lang)),
            how=_spoken(one.id, lambda lang, one=one: said(one.how, lang)),
        )
        for one in referrals(organisation)
    )


def offered(questions: Iterable[Question], organisation: Mapping[str, Any]) -> tuple[Question, ...]:
    """`questions` about the talk; a thumbprint, which is biometric, only where the roster allows it."""
    if organisation.get("thumbprint") is not True:
        return tuple(questions)
    more = (("thumbprint", str(gettext("Thumbprint, because the person insists"))),)
    return tuple(replace(q, options=q.options + more) if q.field.id == "cs_mode" else q for q in questions)


def told_prompts() -> list[dict[str, Any]]:
    """The prompts as the page's scripts need them."""
    return [{"id": one.id, "when": one.when, "silences": list(one.silences)} for one in prompts()]


def _spoken(id: str, text: Any) -> Spoken:
    return Spoken(id, tuple((lang, dir_of(lang), text(lang)) for lang in SHIPPED))


def _asked(offer: Offer, offered: Iterable[Offer], organisation: Mapping[str, Any]) -> Asked:
    told = {lang: _names_of(offer, organisation, lang) for lang in SHIPPED}
    code = str(offer.purpose)
    return Asked(
        id=offer.id,
        purpose=code,
        when=json.dumps(_when(offer, offered)),
        question=_spoken(offer.id, lambda lang: filled(scripts()[lang].purpose(code).text, told[lang])),
        recipient=_spoken(offer.id, lambda lang: told[lang]["recipient"]),
        life=_spoken(offer.id, lambda lang: told[lang]["life"]),
        gives=_spoken(offer.id, lambda lang: filled(_given(scripts()[lang].gives, offer.purpose), told[lang])),
    )


def _names_of(offer: Offer, organisation: Mapping[str, Any], lang: str) -> dict[str, str]:
    own = names(organisation, lang)
    recipient = said(offer.name, lang) or own.get(offer.recipient) or offer.recipient
    return {**own, "recipient": recipient, "life": life(offer.life_months, lang)}


def _given(gives: tuple[Item, ...], purpose: Purpose) -> str:
    return next(item.text for item in gives if item.id == GIVES[purpose])


def _before(offer: Offer, offered: Iterable[Offer]) -> dict[Purpose, list[str]]:
    """For each prerequisite the questions that may have given it: a part of a case belongs to its own mandate."""
    return {
        need: [
            one.id
            for one in offered
            if one.purpose is need and (need is not Purpose.UN_CASE or one.recipient == offer.recipient)
        ]
        for need in sorted(prerequisites(offer.purpose))
    }


def _can_stand(offer: Offer, offered: Iterable[Offer]) -> bool:
    return all(_before(offer, offered).values())


def _when(offer: Offer, offered: Iterable[Offer]) -> Any:
    """Shown when what it needs was agreed to, to no child where it is not for children, and not after "ask no more"."""
    if offer.purpose is Purpose.RECORD:
        return True
    needs = [["or", *(["has", f"purpose_{id}", "yes"] for id in ids)] for ids in _before(offer, offered).values()]
    child = [["not", CHILD]] if offer.purpose in NOT_FOR_CHILDREN else []
    return ["and", *needs, *child, ["or", ASK_ON, ["answered", f"purpose_{offer.id}"]]]


def values(organisation: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """What the templates of consent need."""
    own = scripts()[lang]
    return {
        "scripts": scripts(),
        "spoken_words": words(organisation),
        "safety": spoken("safety", organisation),
        "told": spoken("told", organisation),
        "purposes": asked(organisation),
        "teach_back": spoken("teach_back", organisation),
        "readers": spoken("readers", organisation),
        "expected": [question.expect for question in own.teach_back],
        "teach_again": [[own.told_ids.index(item) for item in question.back] for question in own.teach_back],
        "help": places_of_help(organisation),
        "prompts": prompts(),
        "complaints": bool(organisation.get("complaints")),
        "told_icons": TOLD_ICONS,
        "purpose_icons": PURPOSE_ICONS,
        "teach_icons": TEACH_ICONS,
        "consentwords": consentwords,
        "labels_of": {one.purpose: str(gettext(PURPOSES[one.purpose])) for one in asked(organisation)},
    }


def data(organisation: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """What the scripts of the page need of consent."""
    own = scripts()
    return {
        "scripts": {
            code: {"id": s.id, "version": s.version, "lang": s.lang, "sha256": s.sha256, "draft": s.draft}
            for code, s in own.items()
        },
        "told": list(own[lang].told_ids),
        "teach": [question.id for question in own[lang].teach_back],
        "purposes": told_purposes(organisation),
        "spoken": said_words(organisation),
        "prompts": told_prompts(),
        "referrals": [one.id for one in referrals(organisation)],
    }
