"""What the cards of an interview show and what their scripts read, for a form in a language."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from flask import render_template

from testimony.domain.consent.guards import OBSTACLES
from testimony.domain.testimony.languages import dir_of
from testimony.questionnaire import definition, labels
from testimony.questionnaire.form import Form
from testimony.questionnaire.form_labels import Wording
from testimony.services.opening.file_sources import SOURCES
from testimony.services.wordings import wordings
from testimony.services.wordings.wordings import InForce
from testimony.web import context
from testimony.web.field.interview import cards, consent_cards, witness_text
from testimony.web.field.interview.text import compartment_names, interview_words, map_views, section_names, stop_names

SHOWN = frozenset({"label", "hint", "title", "message", "translations"})
"""Keys of the form's definition that the page shows by itself, in its own language: its scripts need none of them."""
BETWEEN_TAGS = re.compile(r"\s*\n\s*<")


def render(lang: str, form: Form, urls: Mapping[str, Any]) -> bytes:
    """The cards of `form` in `lang`. `urls`: as for `card_values`."""
    return BETWEEN_TAGS.sub(" <", render_template("interview/cards.html", **card_values(lang, form, urls))).encode()


def render_lists(lang: str, form: Form) -> bytes:
    """The lists of the search dialog of `form` in `lang`."""
    pickers = cards.pickers(lang, form)
    return render_template("interview/lists.html", lang=lang, dir=dir_of(lang), **pickers).encode()


def asked(form: Form) -> bytes:
    """The definition of `form` as the page's scripts read it, as JSON."""
    value = bare(definition.for_coordinators(form.value))
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def card_values(lang: str, form: Form, urls: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that the template of the cards of `form` needs. `urls`: the addresses "form", "said" and "clips", and
    "page", a function that gives that of the page in a language.
    """
    roster = context.station().chain.latest
    organisation, in_force = roster.organisation, wordings.all_in_force(context.station())
    return {
        "lang": lang,
        "dir": dir_of(lang),
        "sections": cards.sections(form, lang, witness_text.mended(in_force, lang)),
        "first_fact": cards.first_fact(form),
        "hard_questions": cards.HARD,
        "consent_questions": consent_cards.offered(cards.consent_questions(form, lang), organisation),
        "months": labels.months_alone(lang),
        "map_views": map_views(),
        "witness_languages": cards.witness_languages(),
        "language_names": {tag: labels.language_name(tag, lang) for tag, _, _ in cards.witness_languages()},
        **consent_cards.values(organisation, lang, in_force),
        "compartments": compartment_names(),
        "file_sources": SOURCES,
        "obstacles": OBSTACLES,
        "dir_of": dir_of,
        "page_url": urls["page"],
        "cards_data": cards_data(lang, form, in_force, urls)
        | consent_cards.data(organisation, lang, in_force)
        | {"roster": roster.sha256, "said": witness_text.said_keys(organisation)},
    }


def cards_data(lang: str, form: Form, in_force: Mapping[str, InForce], urls: Mapping[str, Any]) -> dict[str, Any]:
    """What they read besides in an interview: the form's name, sentences; what they need of consent comes besides."""
    checks = [check for field in form.fields for check in field.checks]
    wording, said = Wording(form, lang), interview_words()
    return {
        "form": {"id": form.id, "sha256": form.sha256, "url": urls["form"]},
        "stops": stop_names(),
        "sections": section_names() | {section.id: wording.section_title(section.id) for section in form.sections},
        "checks": {one.id: wording.check_message(one.id, one.message) or said["not_possible"] for one in checks},
        "urls": {"said": urls["said"], "clips": urls["clips"]},
        "draft_questions": [] if wording.own else witness_text.draft_questions(in_force),
        "question_states": {} if wording.own else witness_text.question_states(in_force),
        "dirs": {tag: direction for tag, direction, _ in cards.witness_languages()},
        "words": said,
    }


def bare(value: Any) -> Any:
    """`value` of the form's definition without what is only shown."""
    if isinstance(value, Mapping):
        return {key: bare(inner) for key, inner in value.items() if key not in SHOWN}
    return [bare(inner) for inner in value] if isinstance(value, list) else value
