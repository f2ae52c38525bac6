"""What stands by drawn histories of what lawyers and coordinators said, at desks that knew of each other or not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, Final, NamedTuple

from testimony.domain.causality import seen
from testimony.domain.coding import acts as coding
from testimony.domain.coding import assessment, corrections, findings, passages
from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.exports import approval
from testimony.domain.exports import fold as exports
from testimony.domain.incidents import equivalence, events, incident_count, linkage, titles, told_again
from testimony.domain.review import agenda, attachment, case, clearance, feedback, label, notice, review
from testimony.domain.stories import fold as stories
from testimony.domain.stories.story import Act as StoryAct
from testimony.domain.stories.story import Entry as StoryEntry
from testimony.domain.stories.story import Story
from testimony.domain.testimony import note, transcript, translation

TODAY: Final = date(2026, 3, 31)
HASH: Final = "1a" * 32
ROLES: Final = ("lawyer", "lawyer", "lawyer", "coordinator", "interviewer")


class Head(NamedTuple):
    """What every act has. `twin`: whether its number is another's too."""

    id: str
    day: date
    after: frozenset[str]
    signer: str
    role: str
    active: bool


def _name(number: int) -> str:
    return f"{number:032x}"


def _short(name: str) -> str:
    """An id as it is noted: without its noughts."""
    return name.lstrip("0") or name


def _histories(seed: int, many: int = 60) -> Iterator[tuple[str, Random, list[Head]]]:
    """Acts of which each has seen some of the others: mostly earlier ones, rarely a later one or itself."""
    dice = Random(seed)
    for number in range(many):
        made: list[Head] = []
        for place in range(1, dice.randint(3, 8)):
            name = _name(dice.randint(1, place) if dice.random() < 0.08 else place)
            known = [_name(one) for one in range(1, place) if dice.random() < 0.55]
            strange = [_name(dice.randint(1, 8))] if dice.random() < 0.08 else []
            signer = dice.choice(("al", "bo", "cy"))
            day = TODAY + timedelta(days=dice.randint(-2, 2))
            made.append(Head(name, day, frozenset(known + strange), signer, dice.choice(ROLES), dice.random() < 0.85))
        yield f"{number}", dice, made


def _ids(found: Iterable[Any], name: Callable[[Any], str]) -> str:
    return " ".join(_short(name(one)) for one in found)


def reviews() -> Iterator[tuple[str, Any]]:
    """The state of a review."""
    for number, dice, heads in _histories(1, 90):
        said = []
        for one in heads:
            assigns = dice.random() < 0.25
            to = dice.choice(("al", "bo", "")) if assigns else str(dice.choice(list(review.ReviewState)[1:]))
            act = review.Act.ASSIGN if assigns else review.Act.MOVE
            event = review.ReviewEvent(id=one.id, act=act, to=to, day=one.day, after=one.after)
            said.append(review.Signed(event=event, signer=one.signer, role=one.role, active=one.active))
        found = review.fold(said)
        ignored = {reason: _ids(some, lambda each: each.event.id) for reason, some in sorted(found.ignored.items())}
        yield number, [
            str(found.state), sorted(found.cleared_by), found.waits_for_second, found.assigned,
            _ids(found.said, lambda each: each.event.id), ignored, list(map(str, found.moves)), sorted(map(_short, found.seen)),
        ]  # fmt: skip


def clearings() -> Iterator[tuple[str, Any]]:
    """Whether two coordinators cleared it."""
    for number, dice, heads in _histories(2):
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
        yield number, [found.cleared, sorted(found.cleared_by), found.ignored, sorted(map(_short, found.seen))]


def _signed(head: Head, act: Any) -> coding.Signed[Any]:
    return coding.Signed(act=act, signer=head.signer, role=head.role)


def _stands(found: coding.Stands[Any]) -> list[Any]:
    ignored = {reason: _ids(some, lambda each: each.act.id) for reason, some in found.ignored.items()}
    latest = {code: _ids(found.latest(code), lambda each: each.act.id) for code in found.codes}
    seen_of = {code: sorted(map(_short, found.seen([code]))) for code in found.codes}
    return [_ids(found.said, lambda each: each.act.id), ignored, latest, seen_of]


def codings() -> Iterator[tuple[str, Any]]:
    """What stands of assessments, findings, passages and corrections."""
    for number, dice, heads in _histories(3, 80):
        common = [{"id": one.id, "day": one.day, "after": one.after} for one in heads]
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
        fields, original = (
            coding.fold(corrected, lambda act: "odd" if act.day.day % 7 == 0 else None),
            {"v_acts": {"value": ["beat", "rob"]}, "i_to": "odd"},
        )
        yield number, [
            _stands(stands), str(now.reliability), now.corroboration, now.differs, _ids(now.by, lambda each: each.act.id),
            str(degree.degree), degree.differs, _ids(degree.by, lambda each: each.act.id),
            [str(one.to_value()) for code in ("v_acts", "i_to") for one in passages.marked(coding.fold(marked), code)],
            _stands(fields), [str(corrections.effective(original, fields, code)) for code in ("v_acts", "i_to", "g_size")],
        ]  # fmt: skip


def notes() -> Iterator[tuple[str, Any]]:
    """A lawyer's notes."""
    places: tuple[note.Place, ...] = (
        None, note.Moment(medium=2, ms=5), note.Moment(medium=1, ms=9), note.Moment(medium=1, ms=8),
        note.Passage(statement="s1", start=4, end=5), note.Passage(statement="s1", start=2, end=9),
    )  # fmt: skip
    for number, dice, heads in _histories(4):
        said = []
        for one in heads:
            act = note.Act.STRIKE if dice.random() < 0.2 else note.Act.WRITE
            text = "" if act is note.Act.STRIKE else dice.choice(("a", "b"))
            saying = note.Saying(
                id=one.id, note=_name(dice.choice((91, 91, 92))), of=HASH, act=act, text=text, lang="en",
                place=dice.choice(places), day=one.day, after=one.after,
            )  # fmt: skip
            said.append((dice.choice(("al", "al", "bo")), saying))
        found, twice = note.fold(said)
        yield number, [twice, *(
            [_short(one.id), one.writer, one.struck, str(one.day), str(one.place), sorted(map(_short, one.seen))]
            + [_ids(some, lambda each: each.id) for some in (one.said, one.latest, one.texts, one.before)]
            for one in found
        )]  # fmt: skip


def texts() -> Iterator[tuple[str, Any]]:
    """Titles, labels, translations and transcripts: which of several counts."""
    for number, dice, heads in _histories(5):
        named = [
            titles.Title(
                id=one.id,
                incident=_name(dice.choice((91, 91, 92))),
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
                id=one.id, of=HASH, original=dice.choice(("s1", "s1", "s2")), lang=dice.choice(("en", "fr")), method="person",
                translator="", sentences=(), complete=True, day=one.day, after=one.after,
            )
            for one in heads
        ]  # fmt: skip
        heard = [
            transcript.Transcript(
                id=one.id, of=HASH, medium=dice.choice((1, 1, 2)), lang="en", engine="e", model=HASH, model_name="m",
                lines=(), day=one.day, after=one.after,
            )
            for one in heads
        ]  # fmt: skip
        yield (
            number,
            [
                [f"{_short(one.incident)} {_short(one.id)}" for one in titles.current(named)],
                _ids(label.history(labels), lambda each: each.label.id),
                _ids(translation.current(translated), lambda each: each.id),
                _ids(transcript.current(heard), lambda each: each.id),
            ],
        )


def cases() -> Iterator[tuple[str, Any]]:
    """Cases, their deadlines, what the witness is told, and who was told of a withdrawal."""
    keys = (Key(Purpose.COURT, "court"), Key(Purpose.UN_CASE, "committee"))
    for number, dice, heads in _histories(6, 80):
        taken, items, told, words = [], [], [], []
        for one in heads:
            act = dice.choice((case.Act.TAKE, case.Act.TAKE, case.Act.LEAVE))
            taken.append(
                case.Signed(
                    event=case.CaseEvent(id=one.id, act=act, case=dice.choice(keys), day=one.day, after=one.after),
                    signer=one.signer,
                )
            )
            entry = agenda.Entry(
                id=one.id, item=_name(dice.choice((91, 92))), case=keys[0], sort=dice.choice(agenda.LISTED), what=dice.choice("ab"),
                who=dice.choice(("al", "")), due=dice.choice((None, TODAY, *(TODAY + timedelta(days=n) for n in (-1, 1, 14, 15)))),
                state=dice.choice(list(agenda.State)), day=one.day, after=one.after,
            )  # fmt: skip
            items.append(agenda.Signed(entry=entry, signer=one.signer))
            telling = notice.Act.MISTAKE if dice.random() < 0.25 else notice.Act.TOLD
            told_on = TODAY - timedelta(days=dice.randint(0, 3))
            told.append(
                notice.Signed(
                    notice=notice.Notice(
                        id=one.id, file=_name(91), act=telling, told=told_on, day=one.day, after=one.after
                    ),
                    signer=one.signer,
                )
            )
            writes = dice.random() < 0.4
            saying = feedback.Saying(
                id=one.id, about=one.id if writes else _name(dice.randint(1, 5)), of=HASH, text="a" if writes else "", lang="en",
                act=feedback.Act.WRITE if writes else dice.choice((feedback.Act.TOLD, feedback.Act.STRIKE)), day=one.day,
            )  # fmt: skip
            words.append(feedback.Signed(said=saying, signer=one.signer))
        agendas, ignored = agenda.fold(items)
        feedbacks, strange = feedback.fold(words)
        first = notice.standing(told)
        yield (
            number,
            [
                sorted(f"{key.purpose} {key.recipient}" for key in case.standing(taken)),
                _ids(case.alone(taken), lambda each: each.event.id),
                ignored,
                [_item(one) for one in agendas],
                strange,
                [[_short(one.said.id), one.signer, _end(one.told), _end(one.struck)] for one in feedbacks],
                None if first is None else _short(first.notice.id),
            ],
        )


def _item(one: agenda.Item) -> list[Any]:
    near = [one.is_over(TODAY), one.is_near(TODAY), one.by, str(one.now.due), sorted(map(_short, one.seen))]
    return [
        _short(one.id),
        *(_ids(some, lambda each: each.entry.id) for some in (one.said, one.latest, one.others)),
        *near,
    ]


def _end(one: feedback.Signed | None) -> str | None:
    return one and f"{_short(one.said.id)} {one.signer}"


def files() -> Iterator[tuple[str, Any]]:
    """Attachments of a case, and what was taken out."""
    for number, dice, heads in _histories(7, 40):
        held, outs = [], []
        for one in heads:
            made = attachment.Attachment(
                id=one.id, of="", case=Key(Purpose.COURT, "court"), title=dice.choice("ab"), sort=attachment.Sort.OTHER, made=None,
                ending="pdf", size=1, sha256=HASH, key=_name(1), pieces=1, day=one.day,
            )  # fmt: skip
            held.append(attachment.Signed(file=made, signer=one.signer, record=HASH, tid=dice.choice(("", "t1"))))
            if dice.random() < 0.6:
                out = attachment.TakenOut(id=one.id, file=_name(dice.randint(1, 5)), reason="a", day=one.day)
                outs.append((dice.choice(("", "t1")), out, one.signer))
        found, ignored = attachment.fold(held, outs)
        yield (
            number,
            [
                ignored,
                *(
                    f"{_short(one.file.id)} {one.tid} {one.out and (_short(one.out[0].id), one.out[1])}"
                    for one in found
                ),
            ],
        )


def published() -> Iterator[tuple[str, Any]]:
    """Stories and exports: what a second lawyer approved."""
    story = Story(
        id=_name(1), of=HASH, lang="en", title="a", month="", border="", people=None, answers={}, losses={}, paragraphs=("a",)
    )  # fmt: skip
    for number, dice, heads in _histories(8, 80):
        told, said = [], []
        for one in heads:
            about = Story(
                **{
                    **{name: getattr(story, name) for name in story.__dataclass_fields__},
                    "id": _name(dice.randint(1, 3)),
                }
            )
            act = dice.choice((StoryAct.PROPOSE, StoryAct.PROPOSE, StoryAct.APPROVE, StoryAct.APPROVE, StoryAct.RECALL))
            digest = about.digest if dice.random() < 0.85 else HASH
            entry = (
                StoryEntry.proposing(about, one.day)
                if act is StoryAct.PROPOSE
                else StoryEntry(act=act, id=about.id, digest=digest, day=one.day)
            )
            told.append(stories.Signed(entry=entry, tid=dice.choice(("t1", "t1", "t2")), by=one.signer))
            said.append(exports.Signed(entry=_export(dice, one, said), by=one.signer))
        found = [
            f"{_short(one.id)} {one.tid} {one.digest[:6]} {one.story is not None} {one.by} {one.day} {one.approved} {one.approved_by} {one.recalled}"
            for one in stories.fold(told)
        ]
        yield (
            number,
            [found, *(_approvals(exports.fold(said, TODAY + timedelta(days=later))) for later in (0, 12, 14, 16))],
        )


def _export(dice: Random, one: Head, before: list[exports.Signed]) -> approval.Entry:
    act = dice.choice(
        (
            approval.Act.REQUIRE,
            approval.Act.RELAX,
            approval.Act.PROPOSE,
            *(approval.Act.APPROVE,) * 3,
            approval.Act.REFUSE,
        )
    )
    proposal = approval.Proposal(use=Key(Purpose.COURT, "court"), form="csv", sealed=True, tids=(_name(7),))
    made = [each.entry for each in before if each.entry.act in (approval.Act.PROPOSE, approval.Act.RELAX)]
    if act in (approval.Act.APPROVE, approval.Act.REFUSE) and made:
        about = dice.choice(made)
        return approval.Entry(act=act, id=about.id, day=one.day, digest=about.about if dice.random() < 0.85 else HASH)
    if act is approval.Act.RELAX:
        rules = [each.entry.id for each in before if each.entry.act is approval.Act.REQUIRE]
        return approval.Entry(act=act, id=one.id, day=one.day, ends=tuple(rules) or (_name(9),))
    if act is approval.Act.PROPOSE:
        return approval.Entry(act=act, id=one.id, day=one.day, proposal=proposal)
    return approval.Entry(act=approval.Act.REQUIRE, id=one.id, day=one.day)


def _approvals(found: exports.Approvals) -> list[Any]:
    held = [
        f"{_short(one.id)} {one.proposal is None} {one.by} {one.day} {one.state} {one.decided_by} {list(map(_short, one.ends))}"
        for one in found.held
    ]
    return [sorted(map(_short, found.required)), *held]


def links() -> Iterator[tuple[str, Any]]:
    """Which testimonies tell of one incident, and which one person told."""
    for number, dice, heads in _histories(9, 120):
        said = []
        for one in heads:
            act = dice.choice(list(events.Act))
            about = dice.choice(("t1", "t2", "t3")) if act in events.ABOUT_TESTIMONY else events.NOWHERE
            about = events.NOWHERE if dice.random() < 0.03 else about
            low = dice.choice((None, 1, 3))
            counts: dict[str, Any] = {
                "people": dice.choice(list(events.People)[:2]),
                "low": low,
                "high": low and low + dice.randint(0, 2),
            }
            to = (
                dice.choice(("t1", "t2"))
                if act is events.Act.DIFFERENT
                else _name(dice.randint(1, 3) if act is events.Act.SPLIT else dice.choice((91, 92, 93)))
            )
            event = events.LinkEvent(
                id=one.id, act=act, to="" if act is events.Act.PERSON and dice.random() < 0.2 else to, day=one.day, after=one.after,
                other=_name(dice.choice((94, 95))) if act is events.Act.MERGE else "", **(counts if act is events.Act.COUNT else {}),
            )  # fmt: skip
            said.append(linkage.Signed(event=event, about=about, signer=one.signer, role=one.role))
        yield number, _linked(linkage.fold(said))


def _linked(found: linkage.Linked) -> list[Any]:
    names = [_name(one) for one in (91, 92, 93, 94, 95)]
    return [
        _ids(found.said, lambda each: each.event.id),
        {reason: _ids(some, lambda each: each.event.id) for reason, some in found.ignored.items()},
        {" ".join(map(_short, subject)): _ids(some, lambda each: each.event.id) for subject, some in found.standing.items()},
        [_short(found.name(one)) + ": " + " ".join(sorted(map(_short, found.members(one)))) for one in names],
        {_short(name): sorted(some) for name, some in found.accounts.items()},
        sorted(f"{tid} {_short(name)}" for tid, name in found.contested),
        {tid: [_short(name), sorted(map(_short, found.keys[tid]))] for tid, name in found.persons.items()},
        {_short(name): _ids(some, lambda each: each.event.id) for name, some in found.merges.items()},
        [sorted(found.different(tid)) for tid in ("t1", "t2", "t3")],
        [{str(sort): _ids(some, lambda each: each.event.id) for sort, some in found.counts(one).items()} for one in names],
        [{_short(name): low for name, low in found.fewest(sort).items()} for sort in list(events.People)[:2]],
        sorted(map(_short, found.seen("tells", "t1", names[0]))),
    ]  # fmt: skip


def counted() -> Iterator[tuple[str, Any]]:
    """How many persons and incidents accounts are of."""
    dice = Random(10)
    for number in range(80):
        tids = [f"t{one}" for one in range(1, dice.randint(3, 7))]
        told = {
            tid: None
            if dice.random() < 0.2
            else incident_count.Told(
                month=dice.choice(("2026-01", "2026-02")),
                border=dice.choice(("HRV-BIH", "GRC-TUR")),
                part=dice.choice(("", "north", "south")),
            )
            for tid in tids
        }
        linked = {tid: dice.sample(("a", "b", "c"), dice.choice((0, 0, 1, 1, 2))) for tid in tids}
        accounts = [
            told_again.Linked(
                name=tid,
                persons=frozenset(dice.sample(("p", "q"), dice.choice((0, 1, 1, 2)))),
                incidents=frozenset(linked[tid]),
            )
            for tid in tids
        ]
        came = {tid: (0, dice.randint(1, 9)) for tid in tids if dice.random() < 0.8}
        before = frozenset(tid for tid in tids if dice.random() < 0.25)
        alike = {tid: one.answers if one else () for tid, one in told.items()}
        yield (
            f"{number}",
            [
                incident_count.names(told, linked),
                equivalence.classes(alike, linked),
                equivalence.classes(alike, linked, apart={()}),
                sorted(told_again.several(accounts)),
                sorted(told_again.told_again(accounts, before, came)),
            ],
        )


def pasts() -> Iterator[tuple[str, Any]]:
    """What lies in the past of an act."""
    for number, _, heads in _histories(11, 40):
        acts = {one.id: one for one in heads}
        bits = {name: 1 << place for place, name in enumerate(acts)}
        yield number, {_short(name): mask for name, mask in seen(acts, bits).items()}


STATED: Final[Mapping[str, Callable[[], Iterator[tuple[str, Any]]]]] = {
    "reviews": reviews,
    "clearings": clearings,
    "codings": codings,
    "notes": notes,
    "titles, labels, translations and transcripts": texts,
    "cases": cases,
    "attachments": files,
    "stories and exports": published,
    "links": links,
    "persons and incidents": counted,
    "pasts": pasts,
}
