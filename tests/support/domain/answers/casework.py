"""What stands by what lawyers said of cases, files, stories and exports."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from random import Random
from typing import Any, Final

from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.exports import approval
from testimony.domain.exports import fold as exports
from testimony.domain.review import agenda, attachment, case, feedback, notice
from testimony.domain.stories import fold as stories
from testimony.domain.stories.story import Act as StoryAct
from testimony.domain.stories.story import Entry as StoryEntry
from testimony.domain.stories.story import Story
from tests.support.domain.answers.histories import HASH, TODAY, Head, histories, id_of, ids, short


def cases() -> Iterator[tuple[str, Any]]:
    """Cases, their deadlines, what the witness is told, and who was told of a withdrawal."""
    keys = (Key(Purpose.COURT, "court"), Key(Purpose.UN_CASE, "committee"))
    for number, dice, heads in histories(6, 80):
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
                id=one.id,
                item=id_of(dice.choice((91, 92))),
                case=keys[0],
                sort=dice.choice(agenda.LISTED),
                what=dice.choice("ab"),
                who=dice.choice(("al", "")),
                due=dice.choice((None, TODAY, *(TODAY + timedelta(days=n) for n in (-1, 1, 14, 15)))),
                state=dice.choice(list(agenda.State)),
                day=one.day,
                after=one.after,
            )
            items.append(agenda.Signed(entry=entry, signer=one.signer))
            telling = notice.Act.MISTAKE if dice.random() < 0.25 else notice.Act.TOLD
            told_on = TODAY - timedelta(days=dice.randint(0, 3))
            told.append(
                notice.Signed(
                    notice=notice.Notice(
                        id=one.id, file=id_of(91), act=telling, told=told_on, day=one.day, after=one.after
                    ),
                    signer=one.signer,
                )
            )
            writes = dice.random() < 0.4
            saying = feedback.Saying(
                id=one.id,
                about=one.id if writes else id_of(dice.randint(1, 5)),
                of=HASH,
                text="a" if writes else "",
                lang="en",
                act=feedback.Act.WRITE if writes else dice.choice((feedback.Act.TOLD, feedback.Act.STRIKE)),
                day=one.day,
            )
            words.append(feedback.Signed(said=saying, signer=one.signer))
        agendas, ignored = agenda.fold(items)
        feedbacks, strange = feedback.fold(words)
        first = notice.standing(told)
        yield (
            number,
            [
                sorted(f"{key.purpose} {key.recipient}" for key in case.standing(taken)),
                ids(case.alone(taken), lambda each: each.event.id),
                ignored,
                [_item(one) for one in agendas],
                strange,
                [[short(one.said.id), one.signer, _end(one.told), _end(one.struck)] for one in feedbacks],
                None if first is None else short(first.notice.id),
            ],
        )


def _item(one: agenda.Item) -> list[Any]:
    near = [one.is_over(TODAY), one.is_near(TODAY), one.by, str(one.now.due), sorted(map(short, one.seen))]
    return [
        short(one.id),
        *(ids(some, lambda each: each.entry.id) for some in (one.said, one.latest, one.others)),
        *near,
    ]


def _end(one: feedback.Signed | None) -> str | None:
    return None if one is None else f"{short(one.said.id)} {one.signer}"


def files() -> Iterator[tuple[str, Any]]:
    """Attachments of a case, and what was taken out."""
    for number, dice, heads in histories(7, 40):
        held, outs = [], []
        for one in heads:
            made = attachment.Attachment(
                id=one.id,
                of="",
                case=Key(Purpose.COURT, "court"),
                title=dice.choice("ab"),
                sort=attachment.Sort.OTHER,
                made=None,
                ending="pdf",
                size=1,
                sha256=HASH,
                key=id_of(1),
                pieces=1,
                day=one.day,
            )
            held.append(attachment.Signed(file=made, signer=one.signer, record=HASH, tid=dice.choice(("", "t1"))))
            if dice.random() < 0.6:
                out = attachment.TakenOut(id=one.id, file=id_of(dice.randint(1, 5)), reason="a", day=one.day)
                outs.append((dice.choice(("", "t1")), out, one.signer))
        found, ignored = attachment.fold(held, outs)
        yield (
            number,
            [
                ignored,
                *(f"{short(one.file.id)} {one.tid} {one.out and (short(one.out[0].id), one.out[1])}" for one in found),
            ],
        )


def published() -> Iterator[tuple[str, Any]]:
    """Stories and exports: what a second lawyer approved."""
    story = Story(
        id=id_of(1),
        of=HASH,
        lang="en",
        title="a",
        month="",
        border="",
        people=None,
        answers={},
        losses={},
        paragraphs=("a",),
    )
    for number, dice, heads in histories(8, 80):
        told: list[stories.Signed] = []
        said: list[exports.Signed] = []
        for one in heads:
            about = Story(
                **{
                    **{name: getattr(story, name) for name in story.__dataclass_fields__},
                    "id": id_of(dice.randint(1, 3)),
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
            f"{short(one.id)} {one.tid} {one.digest[:6]} {one.story is not None} {one.by} {one.day} "
            f"{one.approved} {one.approved_by} {one.recalled}"
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
    proposal = approval.Proposal(use=Key(Purpose.COURT, "court"), form="csv", sealed=True, tids=(id_of(7),))
    made = [each.entry for each in before if each.entry.act in (approval.Act.PROPOSE, approval.Act.RELAX)]
    if act in (approval.Act.APPROVE, approval.Act.REFUSE) and made:
        about = dice.choice(made)
        return approval.Entry(act=act, id=about.id, day=one.day, digest=about.about if dice.random() < 0.85 else HASH)
    if act is approval.Act.RELAX:
        rules = [each.entry.id for each in before if each.entry.act is approval.Act.REQUIRE]
        return approval.Entry(act=act, id=one.id, day=one.day, ends=tuple(rules) or (id_of(9),))
    if act is approval.Act.PROPOSE:
        return approval.Entry(act=act, id=one.id, day=one.day, proposal=proposal)
    return approval.Entry(act=approval.Act.REQUIRE, id=one.id, day=one.day)


def _approvals(found: exports.Approvals) -> list[Any]:
    held = [
        f"{short(one.id)} {one.proposal is None} {one.by} {one.day} {one.state} "
        f"{one.decided_by} {list(map(short, one.ends))}"
        for one in found.held
    ]
    return [sorted(map(short, found.required)), *held]


STATED: Final[Mapping[str, Callable[[], Iterator[tuple[str, Any]]]]] = {
    "cases": cases,
    "attachments": files,
    "stories and exports": published,
}
