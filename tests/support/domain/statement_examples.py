"""An example of each sealed statement of the domain, with all of its fields, and how it is read and written again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from testimony.domain import parts
from testimony.domain.coding import acts as coding
from testimony.domain.coding import assessment, corrections, findings, passages
from testimony.domain.consent import authority, offers
from testimony.domain.exports import approval
from testimony.domain.handover import acts as handover
from testimony.domain.incidents import events, titles
from testimony.domain.ledger import acts as ledger
from testimony.domain.ledger import batch
from testimony.domain.review import (
    agenda,
    attachment,
    case,
    clearance,
    disclosure,
    feedback,
    label,
    notice,
    question_words,
    review,
)
from testimony.domain.stories import story
from testimony.domain.tables import acts as tables
from testimony.domain.tables import membership
from testimony.domain.tables.published import Published
from testimony.domain.testimony import inbox, note, redaction, statement, transcript, translation
from tests.support.domain.statement_contents import (
    ACT,
    AFTER,
    ATTACHMENT,
    BATCH,
    CLASS,
    CLOSING,
    DAY,
    HASH,
    ID,
    MEMBERSHIP,
    OTHER,
    PLAN,
    PROFILE,
    PUBLISHED,
    QUESTION,
    SECOND,
    SENTENCES,
    STORY,
    THIRD,
    TRANSCRIPT,
    TRANSLATION,
)

Read = Callable[[Any], Any]
"""Reads a statement, and gives it as it is written again."""


def _each(parse: Callable[[Any], Any]) -> Read:
    return lambda value: parse(value).to_value()


def _coding(kind: str, parse: Callable[[Mapping[str, Any]], Any]) -> Read:
    def read(value: Any) -> Any:
        return coding.content_of(kind, *(one.to_value() for one in coding.acts_of(value, kind, parse)))

    return read


def _events(kind: str, events_of: Callable[[Any], Sequence[Any]]) -> Read:
    return lambda value: {"kind": kind, "events": [event.to_value() for event in events_of(value)]}


def _coded(kind: str, **said: Any) -> dict[str, Any]:
    return {"kind": kind, "events": [{**ACT, **said}]}


def _linking(act: str, **said: Any) -> tuple[Read, Any]:
    value = {"kind": "linking", "events": [{"event": act, **ACT, **said}]}
    return lambda one: events.content_of(events.events_of(one)), value


def _consent(act: str, **said: Any) -> tuple[Read, Any]:
    event = {"event": act, "purpose": "P08d", "recipient": "united_nations", "life_months": 12, **ACT, **said}
    return lambda one: authority.content_of(authority.events_of(one)), {"kind": "consent", "events": [event]}


def _ledger(act: str, **said: Any) -> tuple[Read, Any]:
    ordered = {} if ledger.Act(act) not in ledger.ORDERED else {"prev": "" if act == "OPEN" else SECOND}
    value = {"kind": "ledger", "v": ledger.VERSION, "act": act, "day": DAY, **ordered, **said}
    return lambda one: _as_json(ledger.Entry.parse(one).to_value()), value


def _tables(act: str, **said: Any) -> tuple[Read, Any]:
    value = {"kind": "tables", "v": tables.VERSION, "act": act, "day": DAY, **said}
    return lambda one: _as_json(tables.Entry.parse(one).to_value()), value


def _in_parts(read: Callable[[list[str], str], Any], pack: Callable[[Any], tuple[list[str], str]]) -> Read:
    def both(value: Any) -> Any:
        return parts.unpack(*pack(read(*parts.pack(value)))) if isinstance(value, dict) else read([], HASH)

    return both


def _handover(act: str, **said: Any) -> tuple[Read, Any]:
    value = {"kind": "handover", "event": act, "id": HASH, "day": DAY, "statement": "", "sigs": [], "reason": ""}
    return _each(handover.Entry.parse), value | said


def _export(act: str, **said: Any) -> tuple[Read, Any]:
    return _each(approval.Entry.parse), {"kind": "export", "event": act, "id": ID, "day": DAY, **said}


def _story(act: str, **said: Any) -> tuple[Read, Any]:
    return _each(story.Entry.parse), {"kind": "story", "event": act, "day": DAY, **said}


def _note(act: str, text: str, place: Any) -> tuple[Read, Any]:
    said = {"note": OTHER, "of": HASH, "text": text, "lang": "en", "place": place}
    return _each(note.Saying.parse), {"kind": "note", "act": act, **ACT, **said}


def _feedback(act: str, about: str, text: str) -> tuple[Read, Any]:
    said = {"kind": "feedback", "id": ID, "about": about, "of": HASH, "act": act, "text": text, "lang": "en"}
    return _each(feedback.Saying.parse), said | {"day": DAY}


def _agenda(sort: str, item: str, due: str | None) -> tuple[Read, Any]:
    said = {"item": item, "purpose": "P09", "recipient": "court", "sort": sort, "what": "Send the paper", "who": "al"}
    value = {"kind": "case-agenda", **ACT, **said, "due": due, "state": "OPEN"}
    return _each(agenda.Entry.parse), value


def _as_json(value: Any) -> Any:
    """Tuples are lists there, and codes are texts."""
    if isinstance(value, Mapping):
        return {name: _as_json(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_as_json(one) for one in value]
    return str(value) if isinstance(value, str) else value


def _case(value: Any) -> Any:
    found = offers.Case.read(value)
    return None if found is None else found.describe()


EXAMPLES: Final[Mapping[str, tuple[Read, Any]]] = {
    "consent, granted": _consent("GRANT", reason="some.code", name_shown="initials"),
    "consent, on hold": _consent("HOLD", purpose=None, recipient=None, life_months=None),
    "assessment": (
        _coding("assessment", assessment.Assessment.parse),
        _coded("assessment", reliability="consistent", corroboration=["document", "medical"]),
    ),
    "findings": (_coding("findings", findings.Findings.parse), _coded("findings", degree="typical")),
    "passages": (
        _coding("passages", passages.Marking.parse),
        _coded("passages", of=HASH, field="v_acts", passages=[{"statement": "s1", "start": 0, "end": 9}]),
    ),
    "correction": (
        _coding("correction", corrections.Correction.parse),
        _coded("correction", field="v_acts", answer={"value": ["beat"]}, reason="misheard"),
    ),
    "correction of a number": (
        _coding("correction", corrections.Correction.parse),
        _coded("correction", field="g_size", answer={"value": 7}, reason="clerical"),
    ),
    "correction of a text": (
        _coding("correction", corrections.Correction.parse),
        _coded("correction", field="i_date", answer={"value": "2026"}, reason="other"),
    ),
    "correction taken back": (
        _coding("correction", corrections.Correction.parse),
        _coded("correction", field="i_date", answer=None, reason="mistaken"),
    ),
    "recoding": (
        _coding("recoding", corrections.Recoding.parse),
        _coded("recoding", answers={"g_size": {"missing": "unk"}, "i_to": {}}),
    ),
    "incident told": _linking("TELLS", incident=OTHER),
    "incident not told": _linking("NOT", incident=OTHER),
    "person": _linking("PERSON", person=OTHER),
    "different": _linking("DIFFERENT", other=OTHER),
    "merge": _linking("MERGE", incident=OTHER, other=THIRD),
    "split": _linking("SPLIT", merge=OTHER),
    "count": _linking("COUNT", incident=OTHER, people="injured", low=3, high=5, on=AFTER),
    "incident title": (
        _each(titles.Title.parse),
        {"kind": "incident-title", "id": ID, "incident": OTHER, "text": "By the river", "day": DAY, "after": AFTER},
    ),
    "ledger, opened": _ledger("OPEN", key=HASH, floor={"preset": "public", "k": 11, "m": 3, "alpha": 400_000}),
    "ledger, profile": _ledger("PROFILE", profile=PROFILE),
    "ledger, batch": _ledger("BATCH", **BATCH),
    "ledger, approved": _ledger("APPROVE", batch=ID),
    "ledger, left": _ledger("LEAVE", batch=ID, recipients=["P06", "P10:a network"]),
    "ledger, cancelled": _ledger("CANCEL", batch=ID),
    "ledger, recalled": _ledger("RECALL", **{"class": ID}, reason="danger", wanted=AFTER),
    "ledger, handed out": _ledger("HANDED", batch=ID, recipient="P06", sha256=HASH),
    "ledger, refused": _ledger("REFUSED", reason="small", counts={"waiting": 4}),
    "ledger, auxiliary": _ledger("AUXILIARY", members=AFTER),
    "ledger, withdrawn": _ledger("REVOKED", **{"class": ID}, member=OTHER),
    "ledger, ended": _ledger("ENDED", **{"class": ID}, member=OTHER, recipients=["P06", "P07"]),
    "ledger, part": _ledger("PART", text="eJwDAAAAAAE="),
    "ledger, settled": _ledger("SETTLE", closed=[HASH], heads=[HASH, SECOND]),
    "batch": (
        _in_parts(batch.unpack, batch.pack),
        {"classes": [CLASS], "waiting": [OTHER], "revoked": [THIRD], "ended": [[ID, "P06"]]},
    ),
    "tables, secret": _tables("SECRET", generation=1, share=HASH, reason="first"),
    "tables, plan": _tables("PLAN", plan=PLAN),
    "tables, numbers": _tables("NUMBERS", generation=2, parts=[HASH, SECOND], sha256=HASH),
    "tables, agreed": _tables("AGREE", about=HASH),
    "tables, part": _tables("PART", text="eJwDAAAAAAE="),
    "numbers": (_each(Published.parse), PUBLISHED),
    "numbers with their accounts": (
        _in_parts(tables.unpack, tables.pack),
        {"published": PUBLISHED, "members": AFTER, "until": [1, 20]},
    ),
    "membership": (_each(membership.Membership.parse), MEMBERSHIP),
    "handover": _handover("PROPOSE", statement="{}", sigs=[{"key": "k", "sig": "s"}]),
    "handover, refused": _handover("REFUSE", reason="too late"),
    "partner": (
        _each(handover.Known.parse),
        {"kind": "partner", "id": ID, "name": "A network", "rosters": "{}", "recipient": "partner", "day": DAY,
         "forgotten": AFTER},
    ),
    "export, required": _export("REQUIRE"),
    "export, relaxed": _export("RELAX", ends=AFTER),
    "export, proposed": _export(
        "PROPOSE", proposal={"purpose": "P09", "recipient": "court", "form": "csv", "sealed": True, "tids": AFTER}
    ),
    "export, approved": _export("APPROVE", digest=HASH),
    "export, refused": _export("REFUSE", digest=HASH),
    "story": _story("PROPOSE", story=STORY),
    "story, approved": _story("APPROVE", id=ID, digest=HASH),
    "story, recalled": _story("RECALL", id=ID, digest=HASH),
    "review, moved": (
        _events("review", review.events_of),
        {"kind": "review", "events": [{"event": "MOVE", "to": "in_review", **ACT}]},
    ),
    "review, assigned": (
        _events("review", review.events_of),
        {"kind": "review", "events": [{"event": "ASSIGN", "to": "al", **ACT}]},
    ),
    "clearing": (
        _events(clearance.KIND, clearance.events_of),
        {"kind": clearance.KIND, "events": [{"event": "CLEAR", **ACT}]},
    ),
    "case": (
        _each(case.CaseEvent.parse),
        {"kind": "case", "event": "TAKE", "purpose": "P09", "recipient": "court", **ACT},
    ),
    "case of a mandate": (
        _each(case.CaseEvent.parse),
        {"kind": "case", "event": "LEAVE", "purpose": "P08a", "recipient": "united_nations", **ACT},
    ),
    "deadline": _agenda("DEADLINE", OTHER, DAY),
    "task": _agenda("TASK", OTHER, None),
    "end of a case": _agenda("CLOSING", CLOSING, DAY),
    "attachment": (_each(attachment.Attachment.parse), ATTACHMENT),
    "attachment taken out": (
        _each(attachment.TakenOut.parse),
        {"kind": "attachment-out", "id": ID, "file": OTHER, "reason": "It is another one", "day": DAY},
    ),
    "label": (
        _each(label.Label.parse),
        {"kind": "label", "id": ID, "of": HASH, "text": "Tall man", "at": "2026-03-31T10:20:30Z", "after": AFTER},
    ),
    "disclosure": (
        _each(disclosure.Disclosure.parse),
        {"kind": "disclosure", "id": ID, "made": "casefile", "purpose": "P09", "recipient": "court", "sha256": HASH,
         "day": DAY, "attached": AFTER},
    ),
    "disclosure of an archive": (
        _each(disclosure.Disclosure.parse),
        {"kind": "disclosure", "id": ID, "made": "archive", "purpose": None, "recipient": None, "sha256": HASH,
         "day": DAY},
    ),
    "feedback": _feedback("WRITE", ID, "It was published."),
    "feedback told": _feedback("TOLD", OTHER, ""),
    "notice": (
        _each(notice.Notice.parse),
        {"kind": "notice", "file": OTHER, "event": "TOLD", "told": "2026-03-30", **ACT},
    ),
    "words of a question": (
        lambda one: question_words.Words.parse(one).to_value("question-words"),
        {"kind": "question-words", "question": HASH, "of": SECOND, "text": "Which road?", "day": DAY},
    ),
    "note on a recording": _note("WRITE", "Here", {"medium": 1, "ms": 1000}),
    "note on a passage": _note("WRITE", "Here", {"statement": "s1", "start": 4, "end": 9}),
    "note struck": _note("STRIKE", "", None),
    "transcript": (_each(transcript.Transcript.parse), TRANSCRIPT),
    "translation": (_each(translation.Translation.parse), TRANSLATION),
    "translation without machines' words": (translation.without_machine, {"sentences": SENTENCES}),
    "statements": (
        lambda one: [each.to_value() for each in statement.Statement.all_in({"statements": one})],
        [{"id": "s1", "lang": "ar", "dir": "rtl", "text": "a", "original": None},
         {"id": "s2", "lang": "en", "dir": "ltr", "text": "b", "original": "s1"}],
    ),
    "question of the list": (lambda one: inbox.Question.parse(one).value, QUESTION),
    "address of the list": (
        lambda one: inbox.Question.forgiving({name: said for name, said in one.items() if isinstance(said, str)}).codes,
        {name: said for name, said in QUESTION.items() if name in inbox.CODES} | {"turned": "yes"},
    ),
    "marks": (
        lambda one: [mark._asdict() for mark in redaction.Mark.parse_all(one)],
        [{"text": "s1", "sentence": 0, "start": 1, "end": 3}],
    ),
    "case in a roster": (
        _case,
        {"application": "1/26", "body": "A court", "deadline": DAY, "state": "HRV", "lawyers": ["al", "bo"]},
    ),
}  # fmt: skip
