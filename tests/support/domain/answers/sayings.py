"""What stands by drawn histories of reviews, codes, notes and texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from testimony.domain.coding import acts as coding
from testimony.domain.coding import assessment, corrections, findings, passages
from testimony.domain.incidents import titles
from testimony.domain.review import clearance, label, review
from testimony.domain.testimony import note, transcript, translation
from tests.support.domain.answers.histories import HASH, Head, histories, id_of, ids, short


def reviews() -> Iterator[tuple[str, Any]]:
    """The state of a review."""
    for number, dice, heads in histories(1, 90):
        said = []
        for one in heads:
            assigns = dice.random() < 0.25
            to = dice.choice(("al", "bo", "")) if assigns else str(dice.choice(list(review.ReviewState)[1:]))
            act = review.Act.ASSIGN if assigns else review.Act.MOVE
            event = review.ReviewEvent(id=one.id, act=act, to=to, day=one.day, after=one.after)
            said.append(review.Signed(event=event, signer=one.signer, role=one.role, active=one.active))
        found = review.fold(said)
        ignored = {reason: ids(some, lambda each: each.event.id) for reason, some in sorted(found.ignored.items())}
        yield (
            number,
            [
                str(found.state),
                sorted(found.cleared_by),
                found.waits_for_second,
                found.assigned,
                ids(found.said, lambda each: each.event.id),
                ignored,
                list(map(str, found.moves)),
                sorted(map(short, found.seen)),
            ],
        )


def clearings() -> Iterator[tuple[str, Any]]:
    """Whether two coordinators cleared it."""
    for number, dice, heads in histories(2):
        said = [
            clearance.Signed(
                event=clearance.ClearingEvent(
                    id=one.id,
                    act=clearance.Act.TAKE_BACK if dice.random() < 0.25 else clearance.Act.CLEAR,
                    day=one.day,
                    after=one.after,
                ),
                signer=one.signer,
                role="coordinator" if dice.random() < 0.9 else one.role,
                active=one.active,
            )
            for one in heads
        ]
        found = clearance.fold(said)
        yield number, [found.cleared, sorted(found.cleared_by), found.ignored, sorted(map(short, found.seen))]


def _signed(head: Head, act: Any) -> coding.Signed[Any]:
    return coding.Signed(act=act, signer=head.signer, role=head.role)


def _stands(found: coding.Stands[Any]) -> list[Any]:
    ignored = {reason: ids(some, lambda each: each.act.id) for reason, some in found.ignored.items()}
    latest = {code: ids(found.latest(code), lambda each: each.act.id) for code in found.codes}
    seen_of = {code: sorted(map(short, found.seen([code]))) for code in found.codes}
    return [ids(found.said, lambda each: each.act.id), ignored, latest, seen_of]


def codings() -> Iterator[tuple[str, Any]]:
    """What stands of assessments, findings, passages and corrections."""
    for number, dice, heads in histories(3, 80):
        common: list[dict[str, Any]] = [{"id": one.id, "day": one.day, "after": one.after} for one in heads]
        assessed = [
            _signed(
                one,
                assessment.Assessment(
                    reliability=dice.choice(list(assessment.Reliability)),
                    corroboration=dice.choice(((), ("none",), ("testimony",), ("document", "medical"), ("medical",))),
                    **head,
                ),
            )
            for one, head in zip(heads, common, strict=True)
        ]
        degrees = (None, *findings.Degree)
        found = [
            _signed(one, findings.Findings(degree=dice.choice(degrees), **head))
            for one, head in zip(heads, common, strict=True)
        ]
        marked = [
            _signed(
                one,
                passages.Marking(
                    of=HASH,
                    field=dice.choice(("v_acts", "i_to")),
                    passages=tuple(
                        passages.Passage(statement=f"s{n}", start=n, end=n + 5)
                        for n in dice.sample(range(4), dice.randint(0, 2))
                    ),
                    **head,
                ),
            )
            for one, head in zip(heads, common, strict=True)
        ]
        answers: tuple[Any, ...] = (
            None,
            {"value": ["beat", "rob"]},
            {"value": ["rob", "beat"]},
            {"value": 3},
            {"missing": "ref"},
        )
        corrected = [
            _signed(
                one,
                corrections.Correction(
                    field=dice.choice(("v_acts", "i_to")), answer=dice.choice(answers), reason="other", **head
                ),
            )
            for one, head in zip(heads, common, strict=True)
        ]
        stands = coding.fold(assessed)
        now, degree = assessment.assessed(stands), findings.found(coding.fold(found))
        fields = coding.fold(corrected, lambda act: "odd" if act.day.day % 7 == 0 else None)
        original: dict[str, Any] = {"v_acts": {"value": ["beat", "rob"]}, "i_to": "odd"}
        yield (
            number,
            [
                _stands(stands),
                str(now.reliability),
                now.corroboration,
                now.differs,
                ids(now.by, lambda each: each.act.id),
                str(degree.degree),
                degree.differs,
                ids(degree.by, lambda each: each.act.id),
                [
                    str(one.to_value())
                    for code in ("v_acts", "i_to")
                    for one in passages.marked(coding.fold(marked), code)
                ],
                _stands(fields),
                [str(corrections.effective(original, fields, code)) for code in ("v_acts", "i_to", "g_size")],
            ],
        )


def notes() -> Iterator[tuple[str, Any]]:
    """A lawyer's notes."""
    places: tuple[note.Place, ...] = (
        None,
        note.Moment(medium=2, ms=5),
        note.Moment(medium=1, ms=9),
        note.Moment(medium=1, ms=8),
        note.Passage(statement="s1", start=4, end=5),
        note.Passage(statement="s1", start=2, end=9),
    )
    for number, dice, heads in histories(4):
        said = []
        for one in heads:
            act = note.Act.STRIKE if dice.random() < 0.2 else note.Act.WRITE
            text = "" if act is note.Act.STRIKE else dice.choice(("a", "b"))
            saying = note.Saying(
                id=one.id,
                note=id_of(dice.choice((91, 91, 92))),
                of=HASH,
                act=act,
                text=text,
                lang="en",
                place=dice.choice(places),
                day=one.day,
                after=one.after,
            )
            said.append((dice.choice(("al", "al", "bo")), saying))
        found, twice = note.fold(said)
        yield (
            number,
            [
                twice,
                *(
                    [short(one.id), one.writer, one.struck, str(one.day), str(one.place), sorted(map(short, one.seen))]
                    + [ids(some, lambda each: each.id) for some in (one.said, one.latest, one.texts, one.before)]
                    for one in found
                ),
            ],
        )


def texts() -> Iterator[tuple[str, Any]]:
    """Titles, labels, translations and transcripts: which of several counts."""
    for number, dice, heads in histories(5):
        named = [
            titles.Title(
                id=one.id,
                incident=id_of(dice.choice((91, 91, 92))),
                text=dice.choice(("a", "b", "")),
                day=one.day,
                after=one.after,
            )
            for one in heads
        ]
        labels = [
            label.Signed(
                label=label.Label(
                    id=one.id,
                    of=HASH,
                    text=dice.choice(("a", "b")),
                    at=datetime(2026, 3, one.day.day % 30 + 1, dice.randint(0, 2), tzinfo=UTC),
                    after=one.after,
                ),
                signer=one.signer,
            )
            for one in heads
        ]
        translated = [
            translation.Translation(
                id=one.id,
                of=HASH,
                original=dice.choice(("s1", "s1", "s2")),
                lang=dice.choice(("en", "fr")),
                method="person",
                translator="",
                sentences=(),
                complete=True,
                day=one.day,
                after=one.after,
            )
            for one in heads
        ]
        heard = [
            transcript.Transcript(
                id=one.id,
                of=HASH,
                medium=dice.choice((1, 1, 2)),
                lang="en",
                engine="e",
                model=HASH,
                model_name="m",
                lines=(),
                day=one.day,
                after=one.after,
            )
            for one in heads
        ]
        yield (
            number,
            [
                [f"{short(one.incident)} {short(one.id)}" for one in titles.current(named)],
                ids(label.history(labels), lambda each: each.label.id),
                ids(translation.current(translated), lambda each: each.id),
                ids(transcript.current(heard), lambda each: each.id),
            ],
        )


STATED: Final[Mapping[str, Callable[[], Iterator[tuple[str, Any]]]]] = {
    "reviews": reviews,
    "clearings": clearings,
    "codings": codings,
    "notes": notes,
    "titles, labels, translations and transcripts": texts,
}
