"""Get the sentences of the consent scripts by key, in any of their languages, with this organisation's names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any
from unicodedata import bidirectional

from babel import Locale

from testimony.canonical import sha256_hex
from testimony.domain.consent.compartments import GIVES
from testimony.domain.consent.fold import Key, Purpose
from testimony.domain.consent.offers import LIVES, Offer, offers, referrals, text_in
from testimony.domain.consent.purposes import PARTS_OF_A_CASE
from testimony.domain.testimony.languages import SCRIPTS, dir_of, in_own_digits, locale_of
from testimony.questionnaire.consent_scripts import Script, filled
from testimony.questionnaire.harm_prompts import prompts
from testimony.questionnaire.spoken_questions import SpokenQuestions
from testimony.questionnaire.withdrawal_text import PageWords

RIGHT_TO_LEFT_MARK = "\u200f"
GROUPS = ("safety", "told", "teach_back", "readers")
"""Groups of a script that are spoken unchanged."""
SAID = (
    "refusal", "urgent_help", "guardian_account", "officer_stop", "under_12", "guardian_ask", "minor_assent",
    "child_ask",
    "contact_safe", "interpreter_oath", "told_before", "told_before_yes", "help_any", "complaints", "readback",
    "card_who", "card_choice", "card_readers", "card_delete", "card_dangers", "at_18", "totals_title",
    "more_uses", "named_lead", "answer_any", "hard_question", "not_asked", "pause", "stop_keep", "stop_keep_done",
    "stop_delete", "stop_delete_done", "nobody_else", "withdrawal_code", "withdrawal_code_lost", "slip_keep",
    "signature_free",
    *dict.fromkeys(prompt.words for prompt in prompts()),
)  # fmt: skip
"""The single sentences of a script that a card shows."""
NAMED = frozenset(
    {Purpose.UN_CASE, *PARTS_OF_A_CASE, Purpose.COURT, Purpose.JOURNALISTS, Purpose.HANDOVER},
)
"""Uses in which others can learn who the witness is: `named_lead` says so before each is asked."""
ANSWERS = ("yes", "no", "again")
"""The answers that a witness may give to a recording: spoken with it, so that somebody who does not read can choose."""
SPOKEN = ("safety", "told", "ask", "teach_back", "readers", "gives", "words")
"""Groups of keys, in the order of the conversation, that are checked and recorded as full sentences; the others are
names.
"""
PAGE = "page"
"""The group of the words that only the page of withdrawal says; they are checked and recorded too."""
PAGE_ANSWERS = ("words.yes", "words.no")
"""What the page of withdrawal says of an interview's words, besides what each use gives."""
DRAFT_MARK = "page.draft"
"""Says that not all words were checked: on the page of withdrawal, and on the slip that the witness takes along."""
NOTHING: Mapping[str, str] = MappingProxyType({})
"""No sentence is mended."""


@cache
def scripts() -> dict[str, Script]:
    """The consent scripts by language."""
    return {lang: Script.load(lang) for lang in SCRIPTS}


def names(organisation: Mapping[str, Any], lang: str) -> dict[str, str]:
    """The values of the scripts' placeholders in `lang`."""
    told = {"organisation": organisation.get("name"), **organisation}
    own = {
        name: text_in(told[name], lang) if told.get(name) else value for name, value in scripts()[lang].names.items()
    }
    record = next((offer for offer in offers(organisation) if offer.purpose is Purpose.RECORD), None)
    lived = record.life_months if record else LIVES[Purpose.RECORD]
    return {**own, "complaints": text_in(organisation.get("complaints"), lang), "life": life(lived, lang)}


def life(months: int | None, lang: str) -> str:
    """ "for 24 months", or that there is no limit."""
    script = scripts()[lang]
    if months is None:
        return script.words["life_open"]
    counted = script.months[Locale.parse(locale_of(lang)).plural_form(months)]
    said_number = in_own_digits(str(months), lang)
    return filled(script.words["life_for"], {"months": filled(counted, {"number": said_number})})


def sentences(organisation: Mapping[str, Any], lang: str, mended: Mapping[str, str] = NOTHING) -> dict[str, str]:
    """All sentences in `lang`, by key, in script order. `mended`: what is said in the place of the program's sentences,
    by the key in the files.
    """
    own, script = names(organisation, lang), scripts()[lang]
    items = {f"{group}.{item.id}": item.text for group in GROUPS for item in getattr(script, group)}
    items |= {f"words.{name}": script.words[name] for name in (*SAID, *ANSWERS)}
    told = {key: _fill_in(mended.get(key, text), own, lang) for key, text in items.items()}
    places = referrals(organisation)
    helps = {f"help.{one.id}": text_in(one.name, lang) for one in places}
    ways = {f"how.{one.id}": text_in(one.how, lang) for one in places}
    uses = [sentence for offer in offers(organisation) for sentence in _use(offer, own, script, mended)]
    return told | helps | ways | dict(uses)


def uses_asked(
    organisations: Iterable[Mapping[str, Any]], lang: str, mended: Mapping[str, str] = NOTHING
) -> dict[Key, str]:
    """Every single use that `organisations` ask for, and what it allows, in `lang`: the uses that can be withdrawn
    alone.

    `organisations`: from the rosters, newest first, whose wording is used; a yes outlives the roster that asked for it.
    Leaves out keeping the record itself: without that nothing may be used at all.
    """
    found: dict[Key, str] = {}
    for organisation in organisations:
        told = sentences(organisation, lang, mended)
        for offer in offers(organisation):
            found.setdefault(offer.key, told[f"gives.{offer.id}"])
    return {key: sentence for key, sentence in found.items() if key.purpose is not Purpose.RECORD}


def spoken(organisation: Mapping[str, Any], lang: str, mended: Mapping[str, str] = NOTHING) -> dict[str, str]:
    """The sentences of an interview that must be checked before `lang` is, by key, in order of the conversation."""
    told = sentences(organisation, lang, mended)
    return {key: told[key] for group in SPOKEN for key in told if key.partition(".")[0] == group}


def always_checked(organisation: Mapping[str, Any], lang: str, mended: Mapping[str, str] = NOTHING) -> dict[str, str]:
    """The sentences of `lang` that every wording names, by key: those of an interview, then those of the page of
    withdrawal.
    """
    return spoken(organisation, lang, mended) | withdrawal_page(lang, mended)


def recordable(organisation: Mapping[str, Any], lang: str, mended: Mapping[str, str] = NOTHING) -> dict[str, str]:
    """Every sentence of `lang` that somebody can record, by key: those that are always checked, then the questions of
    the form, each before its answers. A wording names a question or an answer only if it is recorded.
    """
    return always_checked(organisation, lang, mended) | questions(lang, mended)


def withdrawal_page(lang: str, mended: Mapping[str, str] = NOTHING) -> dict[str, str]:
    """What the page of withdrawal says in `lang`, by key: its own words, and those of the script about it."""
    own = {f"page.{name}": text for name, text in PageWords.load(lang).words.items()}
    words = scripts()[lang].words
    script = {f"words.{name}": words[name] for name in words if name.startswith("withdraw_")}
    return {key: in_own_digits(mended.get(key, text), lang) for key, text in (script | own).items()}


def questions(lang: str, mended: Mapping[str, str] = NOTHING) -> dict[str, str]:
    """What is said aloud for the questions of the form and for their answers in `lang`, by key."""
    told = SpokenQuestions.load(lang).sentences()
    return {key: in_own_digits(mended.get(key, text), lang) for key, text in told.items()}


def everything(organisation: Mapping[str, Any], lang: str, mended: Mapping[str, str] = NOTHING) -> dict[str, str]:
    """What an interview may say in `lang`, by key."""
    return sentences(organisation, lang, mended) | questions(lang, mended)


def in_file(key: str) -> str:
    """The key of a sentence in the files: a use is asked of several recipients in the same words, and several uses may
    give the same.
    """
    group, _dot, name = key.partition(".")
    purpose = name.partition("-")[0]
    if group == "ask":
        return f"ask.{purpose}"
    return f"gives.{GIVES[Purpose(purpose)]}" if group == "gives" and purpose in set(Purpose) else key


def digests_of(sentences: Mapping[str, str]) -> dict[str, str]:
    """SHA-256 of the UTF-8 of each sentence, by key, as in a wording."""
    return {key: sha256_hex(text.encode()) for key, text in sentences.items()}


def _fill_in(text: str, names: Mapping[str, str], lang: str) -> str:
    """`text` of a script in the digits of its language; names and addresses are left unchanged."""
    put_in = {name: value + _turn_back(value, lang) for name, value in names.items()}
    return filled(in_own_digits(text, lang), put_in)


@lru_cache(maxsize=1024)  # a page fills the same few names into hundreds of sentences
def _turn_back(name: str, lang: str) -> str:
    """An invisible mark after a Latin name in right-to-left text; without it a number after the name would jump before
    it.
    """
    ways = [bidirectional(letter) for letter in name]
    last = next((way for way in reversed(ways) if way in ("L", "R", "AL")), None)
    return RIGHT_TO_LEFT_MARK if dir_of(lang) == "rtl" and last == "L" else ""


def _use(offer: Offer, own: Mapping[str, str], script: Script, mended: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """The sentences on one purpose for one recipient."""
    lang = script.lang
    recipient = text_in(offer.name, lang) or own.get(offer.recipient) or offer.recipient
    told = {**own, "recipient": recipient, "life": life(offer.life_months, lang)}
    kind = GIVES[offer.purpose]
    given = mended.get(f"gives.{kind}") or next(item.text for item in script.gives if item.id == kind)
    asked = mended.get(f"ask.{offer.purpose}", script.purpose(str(offer.purpose)).text)
    yield f"ask.{offer.id}", _fill_in(asked, told, lang)
    yield f"for.{offer.id}", recipient
    yield f"life.{offer.id}", told["life"]
    yield f"gives.{offer.id}", _fill_in(given, told, lang)
