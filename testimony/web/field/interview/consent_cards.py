"""The consent cards in the interviewer's language: their texts and questions, with the organisation's names; when."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext

from testimony.domain.consent.fold import Purpose, prerequisites
from testimony.domain.consent.guards import NOT_FOR_CHILDREN
from testimony.domain.consent.offers import Offer, offers, referrals
from testimony.questionnaire.consent_scripts import Script
from testimony.questionnaire.harm_prompts import prompts
from testimony.questionnaire.sentence_states import SOURCE
from testimony.services.wordings import states
from testimony.services.wordings.sentences import (
    DRAFT_MARK,
    NAMED,
    SAID,
    digests_of,
    in_file,
    scripts,
    sentences,
    spoken,
)
from testimony.services.wordings.wordings import InForce
from testimony.web.field.interview.cards import Question
from testimony.web.field.interview.witness_text import Spoken, digests, draft_mark, mended
from testimony.web.text import consent_labels
from testimony.web.text.labels import PURPOSES

EXPLAINED: tuple[tuple[tuple[str, tuple[str, ...]], ...], ...] = (
    (("card_who", ("who", "why", "no_promises", "help_apart")),),
    (("card_readers", ("what_written", "who_reads", "ticked")),),
    (("card_choice", ("skip_stop", "asked_apart")), ("card_delete", ("change_mind", "no_undo", "ask_again"))),
    (("card_dangers", ("secrecy_limits", "risks", "help_complain")),),
)
"""The cards on which the must-tell items are said: parts of a heading, and items in the order in which they are
said.
"""
KEEPING = frozenset({Purpose.RECORD, Purpose.LAWYER})
"""Asked first, each on a card of its own."""
COUNTING = frozenset({Purpose.COUNT, Purpose.MECHANISM, Purpose.NETWORK})
"""Numbers without a name: asked on one card, a line each."""
FOLLOWING = frozenset({Purpose.UN_LETTER, Purpose.UN_REPORT, Purpose.UN_NAME})
"""Asked by themselves once the witness agreed to the case that they belong to."""
CHILD = ["has", "cs_age", "minor", "alone"]
ASK_ON = ["not", ["answered", "ask_no_more"]]
SAFETY_ICONS = {"private": "ear", "officer": "officer", "urgent": "aid", "return": "sent-back", "age": "ages"}
TOLD_ICONS = {
    "who": "people", "why": "stories", "what_written": "write", "help_apart": "heart", "no_promises": "promise",
    "skip_stop": "palm", "who_reads": "eye", "asked_apart": "choices", "risks": "warn", "secrecy_limits": "shield",
    "change_mind": "back", "no_undo": "no-way-back", "ask_again": "anew", "help_complain": "help", "ticked": "list",
}  # fmt: skip
TEACH_ICONS = {"q1": "told-story", "q2": "told-readers", "q3": "told-back"}
PURPOSE_ICONS = {
    "P01": "lock", "P02": "voice", "P03": "camera", "P04": "scales", "P05": "service", "P06": "chart",
    "P07": "mechanism", "P08a": "globe", "P08b": "letter", "P08c": "report", "P08d": "name", "P09": "court",
    "P10": "network", "P11": "quote", "P12": "paper", "P13": "call", "P14": "tracing",
    "P15": "people", "P16": "stories",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One purpose for one recipient, as its card shows it."""

    id: str
    purpose: str
    when: str  # JSON of a condition: what must have been agreed to before, and whether a further use was picked
    offered_when: str | None  # the same of its line among the further uses; None for one that follows another's yes
    named: bool  # whether its recipient is one of several that a witness can choose among
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


@dataclass(frozen=True, kw_only=True)
class Part:
    """Items of a card below one heading. `title` names the sentence of the heading, `fields` what each item answers."""

    title: str
    items: tuple[Spoken, ...]
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Explained:
    """One card of what the witness must hear."""

    parts: tuple[Part, ...]

    @property
    def items(self) -> tuple[Spoken, ...]:
        return tuple(item for part in self.parts for item in part.items)

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(field for part in self.parts for field in part.fields)


class Said:
    """What is said in the language of a page, found by its key."""

    def __init__(self, organisation: Mapping[str, Any], lang: str, mended: Mapping[str, str]) -> None:
        self._texts = sentences(organisation, lang, mended) | draft_mark(lang, mended)

    def sentence(self, group: str, id: str) -> Spoken:
        """The sentence `id` of `group`."""
        key = f"{group}.{id}"
        return Spoken(id, key, self._texts[key])

    def group(self, group: str) -> tuple[Spoken, ...]:
        """All of `group`, in the order in which they are said."""
        return tuple(self.sentence(group, key.partition(".")[2]) for key in self._texts if key.startswith(f"{group}."))


def asked(organisation: Mapping[str, Any], said: Said) -> tuple[Asked, ...]:
    """The purposes that this organisation asks for, in the order of asking; one that can never stand is left out."""
    offered = offers(organisation)
    return tuple(_asked(offer, offered, said) for offer in offered if _can_stand(offer, offered))


def explained(told_ids: Sequence[str], said: Said) -> tuple[Explained, ...]:
    """The cards of what the witness must hear. An item is numbered by its place in the script, `told_ids`.

    What a later script tells besides is said on the last card, so that nothing of a script can be left out.
    """
    placed = {id for card in EXPLAINED for _, items in card for id in items}
    *cards, (*parts, (last, items)) = EXPLAINED
    later = tuple(id for id in told_ids if id not in placed)
    return tuple(
        Explained(
            tuple(
                Part(
                    title=title,
                    items=tuple(said.sentence("told", id) for id in items),
                    fields=tuple(f"told_{told_ids.index(id) + 1:02d}" for id in items),
                )
                for title, items in card
            )
        )
        for card in (*cards, (*parts, (last, items + later)))
    )


def told_purposes(organisation: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The same as the page's scripts need them: {id: {purpose, recipient, life_months}}."""
    offered = offers(organisation)
    return {
        offer.id: {"purpose": str(offer.purpose), "recipient": offer.recipient, "life_months": offer.life_months}
        for offer in offered
        if _can_stand(offer, offered)
    }


def places_of_help(organisation: Mapping[str, Any], said: Said) -> tuple[Help, ...]:
    """The services that this organisation refers people to."""
    return tuple(
        Help(id=one.id, kind=one.kind, name=said.sentence("help", one.id), how=said.sentence("how", one.id))
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


def _asked(offer: Offer, offered: Iterable[Offer], said: Said) -> Asked:
    return Asked(
        id=offer.id,
        purpose=str(offer.purpose),
        when=json.dumps(_when(offer, offered)),
        question=said.sentence("ask", offer.id),
        recipient=said.sentence("for", offer.id),
        life=said.sentence("life", offer.id),
        gives=said.sentence("gives", offer.id),
        offered_when=None if offer.purpose in FOLLOWING else json.dumps(_offered_when(offer, offered)),
        named=offer.id != str(offer.purpose),
    )


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


def _allowed(offer: Offer, offered: Iterable[Offer]) -> list[Any]:
    """What it needs was agreed to, and the witness is no child where it is not for children."""
    needs = [["or", *(["has", f"purpose_{id}", "yes"] for id in ids)] for ids in _before(offer, offered).values()]
    return [*needs, *([["not", CHILD]] if offer.purpose in NOT_FOR_CHILDREN else [])]


def _offered_when(offer: Offer, offered: Iterable[Offer]) -> Any:
    """When its line stands among the further uses: also after "ask no more" where it was picked before."""
    return ["and", *_allowed(offer, offered), ["or", ASK_ON, ["has", "page_uses", offer.id]]]


def _when(offer: Offer, offered: Iterable[Offer]) -> Any:
    """Shown when it is allowed, picked where it is a further use, and not after "ask no more"."""
    if offer.purpose is Purpose.RECORD:
        return True
    answered = ["answered", f"purpose_{offer.id}"]
    picked = [] if offer.purpose in KEEPING | COUNTING else [_picked(offer)]
    return ["and", *_allowed(offer, offered), ["or", answered, ["and", *picked, ASK_ON]]]


def _picked(offer: Offer) -> Any:
    """A part of a case comes with the case, which was picked and agreed to before it."""
    return True if offer.purpose in FOLLOWING else ["has", "page_uses", offer.id]


def told_scripts(organisation: Mapping[str, Any], in_force: Mapping[str, InForce]) -> dict[str, dict[str, Any]]:
    """The scripts by language, as the page names them: a draft while one of the sentences may not be read aloud."""
    said = spoken(organisation, SOURCE)
    return {lang: _told_script(organisation, script, said, in_force.get(lang)) for lang, script in scripts().items()}


def _told_script(
    organisation: Mapping[str, Any], script: Script, said: Iterable[str], wording: InForce | None
) -> dict[str, Any]:
    state = states.of_script(said, script.lang, wording)
    return {
        "id": script.id,
        "version": script.version,
        "lang": script.lang,
        "sha256": script.sha256,
        "draft": not state.may_be_read,
        "state": state.code,
        "wording": wording.name if wording else None,
        "checked": wording.checked if wording else None,
        **_mended(organisation, script.lang, wording),
    }


def _mended(organisation: Mapping[str, Any], lang: str, wording: InForce | None) -> dict[str, Any]:
    """The hash of each mended sentence as it is said: the hash of the script speaks of the one before."""
    words = spoken(organisation, lang, wording.mended) if wording and wording.errata else {}
    found = {key: text for key, text in digests_of(words).items() if wording and in_file(key) in wording.errata}
    return {"mended": [{"key": key, "sha256": found[key]} for key in sorted(found)]} if found else {}


def values(organisation: Mapping[str, Any], lang: str, in_force: Mapping[str, InForce]) -> dict[str, Any]:
    """What the templates of consent need."""
    own, said = scripts()[lang], Said(organisation, lang, mended(in_force, lang))
    purposes, told_cards = asked(organisation, said), explained(own.told_ids, said)
    return {
        "drafts": {tag for tag, script in told_scripts(organisation, in_force).items() if script["draft"]},
        "draft_mark": said.sentence(*DRAFT_MARK.split(".")),
        "spoken_words": {name: said.sentence("words", name) for name in SAID},
        "safety": said.group("safety"),
        "told": said.group("told"),
        "explained": told_cards,
        "told_card": {item.id: at for at, card in enumerate(told_cards, 1) for item in card.items},
        "purposes": purposes,
        "keeping": [one for one in purposes if one.purpose in KEEPING],
        "counting": [one for one in purposes if one.purpose in COUNTING],
        "further": [one for one in purposes if one.purpose not in KEEPING | COUNTING],
        "teach_back": said.group("teach_back"),
        "readers": said.group("readers"),
        "expected": [question.expect for question in own.teach_back],
        "teach_again": [[own.told_ids.index(item) for item in question.back] for question in own.teach_back],
        "help": places_of_help(organisation, said),
        "prompts": prompts(),
        "complaints": bool(organisation.get("complaints")),
        "checked_by": {tag: wording.checked for tag, wording in in_force.items()},
        "safety_icons": SAFETY_ICONS,
        "told_icons": TOLD_ICONS,
        "purpose_icons": PURPOSE_ICONS,
        "teach_icons": TEACH_ICONS,
        "consentwords": consent_labels,
        "named_uses": NAMED,
        "labels_of": {one.purpose: str(gettext(PURPOSES[one.purpose])) for one in purposes},
    }


def data(organisation: Mapping[str, Any], lang: str, in_force: Mapping[str, InForce]) -> dict[str, Any]:
    """What the scripts of the page need of consent."""
    own = scripts()
    return {
        "scripts": told_scripts(organisation, in_force),
        "told": list(own[lang].told_ids),
        "teach": [question.id for question in own[lang].teach_back],
        "purposes": told_purposes(organisation),
        "spoken": digests(organisation, in_force),
        "prompts": told_prompts(),
        "speakers": organisation.get("speakers", {}),
        "referrals": [one.id for one in referrals(organisation)],
    }
