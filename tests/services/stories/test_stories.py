"""From an account to a story: what a lawyer takes out, a second one approves, consent ends, and what leaves of it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from testimony.domain.consent.events import Act as ConsentAct
from testimony.domain.errors import EventUnreadable, MarkUnusable
from testimony.domain.stories import coded
from testimony.domain.stories.beside_tables import Told
from testimony.domain.stories.story import USE, Story
from testimony.domain.stories.text import Mark, Sort
from testimony.publication.sheets import missing_migrants
from testimony.publication.text.phrases import LANGUAGES
from testimony.services.consent import acts as consent_acts
from testimony.services.enrolment.organisation import Organisation
from testimony.services.review import disclosures
from testimony.services.stories import beside_tables, drafts, files, stories
from testimony.services.stories.drafts import Draft, Order
from testimony.services.stories.errors import StoryRefused
from testimony.services.stories.stories import State, Stories
from testimony.services.withdrawal import shredding
from tests.support.publication.zip_reader import unpacked
from tests.support.services.casefiles import brought, outside_paper, text_of, translate
from tests.support.services.desks import TODAY, Desk, desks
from tests.support.services.release.clearances import Room
from tests.support.services.stories import agree_to_stories, told


@pytest.fixture
def at(homes: Path, organisation: Organisation) -> Iterator[dict[str, Desk]]:
    with desks(homes, organisation) as found:
        yield found


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> None:
    agree_to_stories(monkeypatch)


@pytest.fixture
def tid(at: dict[str, Desk], organisation: Organisation) -> str:
    one = brought(at["lawyer-1"], organisation, [told()])[0]
    at["lawyer-2"].exchange()
    return one


def meet(at: dict[str, Desk]) -> None:
    for desk in (*at.values(), *at.values()):
        desk.exchange()


def draft(desk: Desk, tid: str, day: date = TODAY) -> Draft:
    with desk.station.database.transaction() as session:
        return drafts.draft(desk.station, session, desk.reader, tid, annexes=desk.annexes, at=day)


def held(desk: Desk, day: date = TODAY) -> Stories:
    with desk.station.database.reading() as session:
        return stories.read(desk.station, session, desk.reader, desk.annexes, at=day)


def order(found: Draft, **more: Any) -> Order:
    text = found.texts[0]
    return Order(**{"tid": found.tid, "text": text.id, "marks": text.hints, "title": "Hurt at the border", **more})


def proposed(desk: Desk, tid: str, **more: Any) -> Story:
    found = draft(desk, tid)
    story = drafts.compose(found, order(found, **more))
    stories.propose(desk.station, desk.reader, tid, story, day=TODAY)
    return story


def approve(desk: Desk, story: Story) -> None:
    approve_text(desk, story, story.digest)


def approve_text(desk: Desk, story: Story, digest: str) -> None:
    stories.approve(desk.station, desk.reader, held(desk), story.id, digest, annexes=desk.annexes, day=TODAY)


def published(at: dict[str, Desk], tid: str, **more: Any) -> Story:
    story = proposed(at["lawyer-1"], tid, **more)
    meet(at)
    approve(at["lawyer-2"], story)
    meet(at)
    return story


def states(desk: Desk, day: date = TODAY) -> dict[str, State]:
    return {one.id: state for one, state in held(desk, day).held}


def sheet(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def refusal(act: Any) -> str:
    with pytest.raises(StoryRefused) as refused:
        act()
    return refused.value.reason


def test_what_the_program_marks_is_taken_out_and_the_name_even_without_a_mark(at: dict[str, Desk], tid: str) -> None:
    found = draft(at["lawyer-1"], tid)
    story = drafts.compose(found, order(found))
    assert story.paragraphs == (
        "We left the camp at night. On [date] an officer stopped us near [name]. There were [number] of us.",
        "My cousin […] and [name] stayed in [place]. [name] was hurt.",
    )
    unmarked = drafts.compose(found, order(found, marks=()))
    assert "Sam" not in " ".join(unmarked.paragraphs)
    assert "Serbia" in unmarked.paragraphs[1], "nobody marked it"


def test_a_marked_word_stands_nowhere_in_the_story_and_not_in_its_title(at: dict[str, Desk], tid: str) -> None:
    found = draft(at["lawyer-1"], tid)
    text = found.texts[0]
    row = next(at for at, one in enumerate(text.sentences) if "hurt" in one)
    start = text.sentences[row].index("hurt")
    marks = (Mark(row, start, start + 4, Sort.OTHER),)
    assert "hurt" not in " ".join(drafts.compose(found, order(found, marks=marks, title="At night")).paragraphs)
    assert refusal(lambda: drafts.compose(found, order(found, marks=marks))) == "told"
    assert refusal(lambda: drafts.compose(found, order(found, title="What Sam told"))) == "told"
    with pytest.raises(MarkUnusable):
        drafts.compose(found, order(found, marks=(Mark(99, 0, 1, Sort.NAME),)))


def test_a_story_says_of_month_border_and_authorities_only_what_was_told_and_chosen(
    at: dict[str, Desk], tid: str
) -> None:
    found = draft(at["lawyer-1"], tid)
    assert found.months == ("2025-07", "2025")
    assert found.borders[-1].endswith(":all")
    story = drafts.compose(found, order(found))
    assert (story.month, story.border, story.people, story.answers) == ("", "", None, {})
    for more, reason in (
        ({"month": "2025-08"}, "month"),
        ({"border": "AAA-BBB:all"}, "border"),
        ({"people": 0}, "people"),
        ({"people": 13}, "more"),
        ({"answers": {"x_actors": ("army",)}}, "answers"),
        ({"answers": {"w_age": ("a18to24",)}}, "answers"),
        ({"title": " "}, "title"),
        ({"text": "said-7"}, "text"),
    ):
        assert refusal(lambda more=more: drafts.compose(found, order(found, **more))) == reason
    told = drafts.compose(found, order(found, month="2025", border=found.borders[-1], people=12))
    assert (told.month, told.people) == ("2025", 12)


def test_a_story_has_the_coded_answers_that_were_chosen_exact_and_no_others(
    at: dict[str, Desk], organisation: Organisation, tid: str
) -> None:
    found = draft(at["lawyer-1"], tid)
    assert set(found.answers) <= set(coded.FIELDS)
    acts = found.answers["v_acts"]
    chosen = {"v_acts": acts[:1], "a_expr": found.answers["a_expr"]}
    story = published(at, tid, answers=chosen)
    assert story.answers == {"v_acts": tuple(acts[:1]), "a_expr": tuple(found.answers["a_expr"])}
    assert Story.parse(story.to_value()) == story
    desk = at["lawyer-1"]
    inside = unpacked(files.story(desk.station, desk.reader, held(desk), story.id, day=TODAY))
    assert json.loads(inside["story.json"])["answers"] == {name: list(codes) for name, codes in chosen.items()}
    (row,) = sheet(unpacked(files.list_of(desk.station, desk.reader, held(desk), day=TODAY))["stories.csv"])
    assert {name: row[name] for name in coded.FIELDS if row[name]} == {
        name: " ".join(codes) for name, codes in chosen.items()
    }


def test_a_story_of_deaths_is_a_row_of_the_projects_sheet_with_the_numbers_that_it_tells(
    at: dict[str, Desk], organisation: Organisation, tid: str
) -> None:
    lost = told()
    lost["incident"] = {**lost["incident"], "d_any": "yes", "d_dead": 2, "d_missing": 3}
    (second,) = brought(at["lawyer-1"], organisation, [lost])
    found = draft(at["lawyer-1"], second)
    assert found.losses == {"d_dead": 2, "d_missing": 3}
    assert refusal(lambda: drafts.compose(found, order(found, losses={"d_dead": 0}))) == "people"
    for more in ({"d_dead": 3}, {"d_dead": 2, "d_missing": 33}):
        told_more = order(found, losses=more)
        assert refusal(partial(drafts.compose, found, told_more)) == "more"
    assert drafts.compose(found, order(found, losses={"d_dead": 1, "d_missing": 3})).losses["d_dead"] == 1
    silent = draft(at["lawyer-1"], tid)
    assert refusal(lambda: drafts.compose(silent, order(silent, losses={"d_dead": 2}))) == "more"
    published(at, tid, month="2025-07")
    story = published(at, second, month="2025-07", border=found.borders[-1], losses={"d_dead": 2})
    desk = at["lawyer-1"]
    inside = unpacked(files.list_of(desk.station, desk.reader, held(desk), day=TODAY))
    (row,) = sheet(inside["missing-migrants.csv"])
    assert tuple(row) == missing_migrants.COLUMNS
    assert {name: value for name, value in row.items() if value} == {
        "Main ID": story.id,
        "Incident ID": story.id,
        "Incident Type": "Incident",
        "Incident year": "2025",
        "Incident month": "7",
        "No. dead": "2",
        "No. dead/missing": "2",
        "Country of Incident": row["Country of Incident"],
        "Source": "Hurt at the border",
    }
    assert row["Country of Incident"]
    assert Story.parse(story.to_value()) == story


def test_without_a_story_of_deaths_the_list_has_no_sheet_of_them(at: dict[str, Desk], tid: str) -> None:
    published(at, tid)
    desk = at["lawyer-1"]
    inside = unpacked(files.list_of(desk.station, desk.reader, held(desk), day=TODAY))
    assert not [name for name in inside if name.startswith("missing-migrants")]


@pytest.mark.parametrize("answers", [{"w_age": ["a18to24"]}, {"v_acts": []}, {"v_acts": "dogs"}, ["v_acts"], None])
def test_a_story_with_an_answer_of_another_form_cannot_be_read(at: dict[str, Desk], tid: str, answers: object) -> None:
    value = drafts.compose(draft(at["lawyer-1"], tid), order(draft(at["lawyer-1"], tid))).to_value()
    with pytest.raises(EventUnreadable):
        Story.parse({**value, "answers": answers})


def test_a_signed_translation_is_offered_as_a_text_of_its_own(at: dict[str, Desk], tid: str) -> None:
    translate(at["lawyer-1"], tid, "fr", ["Nous sommes partis la nuit.", "Le 3 mars 2025.", "Douze.", "A.", "B."])
    found = draft(at["lawyer-1"], tid)
    assert [(one.lang, one.translated) for one in found.texts] == [("en", False), ("fr", True)]
    story = drafts.compose(found, order(found, text=found.texts[1].id, marks=found.texts[1].hints))
    assert story.lang == "fr"
    assert "2025" not in " ".join(story.paragraphs)


def test_without_this_consent_or_without_a_lawyer_nothing_is_made(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    (other,) = brought(at["lawyer-1"], organisation, [told(purposes=["P01", "P04"])])
    assert refusal(lambda: draft(at["lawyer-1"], other)) == "consent"
    assert refusal(lambda: draft(at["coordinator-1"], other)) == "role"
    assert refusal(lambda: held(at["coordinator-1"])) == "role"


def test_nobody_approves_their_own_story_and_only_the_text_that_was_read(at: dict[str, Desk], tid: str) -> None:
    first, second = at["lawyer-1"], at["lawyer-2"]
    story = proposed(first, tid)
    assert refusal(lambda: approve(first, story)) == "twice"
    meet(at)
    assert states(second) == {story.id: State.PROPOSED}
    assert refusal(lambda: approve_text(second, story, "0" * 64)) == "text"
    assert refusal(lambda: files.story(first.station, first.reader, held(first), story.id, day=TODAY)) == "waiting"
    approve(second, story)
    meet(at)
    assert states(first) == states(second) == {story.id: State.PUBLISHED}
    assert refusal(lambda: approve(second, story)) == "approved"


def test_a_second_lawyer_cannot_approve_a_story_that_says_more_than_the_testimony(
    at: dict[str, Desk], tid: str
) -> None:
    """The desk that made it may not have looked, or somebody corrected the testimony since."""
    first, second = at["lawyer-1"], at["lawyer-2"]
    story = drafts.compose(draft(first, tid), order(draft(first, tid)))
    more = [
        replace(story, id=f"{number:032x}", **said)
        for number, said in enumerate(({"people": 13}, {"month": "2025-08"}, {"losses": {"d_dead": 1}}))
    ]
    for one in more:
        stories.propose(first.station, first.reader, tid, one, day=TODAY)
    meet(at)
    assert [refusal(partial(approve, second, one)) for one in more] == ["changed"] * 3
    assert set(states(second).values()) == {State.PROPOSED}


def test_what_leaves_is_what_was_approved_and_stands_in_the_register(at: dict[str, Desk], tid: str) -> None:
    story = published(at, tid, month="2025", people=12)
    desk = at["lawyer-1"]
    made = files.story(desk.station, desk.reader, held(desk), story.id, day=TODAY)
    assert made == files.story(desk.station, desk.reader, held(desk), story.id, day=TODAY)
    inside = unpacked(made)
    assert sorted(inside) == ["story.html", "story.json", "story.pdf"]
    assert tuple(json.loads(inside["story.json"])["paragraphs"]) == story.paragraphs
    page, printed = inside["story.html"].decode(), " ".join(text_of(inside["story.pdf"]).split())
    for words in (story.title, "stopped us near [name]", story.id):
        assert words in page
        assert words in printed
    for data in inside.values():
        assert b"Sam" not in data
        assert tid.encode() not in data
    held(desk)
    left, _ = disclosures.register(desk.station, desk.annexes)
    assert {(one.file.made, one.file.use, one.tids) for one in left} == {("story", USE, (tid,))}


def test_the_bulletin_counts_the_published_stories_and_what_was_taken_back_keeps_no_word(
    at: dict[str, Desk], organisation: Organisation, tid: str
) -> None:
    second = brought(at["lawyer-1"], organisation, [told(), told()])[1]
    first, other = published(at, tid, month="2025-07", people=12), published(at, second, month="2025-07")
    proposed(at["lawyer-1"], tid, month="2025-07", people=9)
    desk = at["lawyer-2"]
    value = json.loads(unpacked(files.list_of(desk.station, desk.reader, held(desk), day=TODAY))["list.json"])
    assert value["bulletin"] == [
        {"month": "2025-07", "cases": 2, "people": 12, "cases_without_people": 1, "authorities": []}
    ]
    stories.take_back(desk.station, desk.reader, held(desk), other.id, day=TODAY)
    meet(at)
    assert states(at["lawyer-1"])[other.id] is State.TAKEN_BACK
    inside = unpacked(files.list_of(desk.station, desk.reader, held(desk), day=TODAY))
    assert inside == unpacked(files.list_of(desk.station, desk.reader, held(desk), day=TODAY + timedelta(days=9)))
    value = json.loads(inside["list.json"])
    assert [one["id"] for one in value["stories"]] == [first.id]
    assert sheet(inside["bulletin.csv"]) == [
        {"month": "2025-07", "cases": "1", "people": "12", "cases_without_people": "0", "authorities": ""}
    ]
    assert [one["id"] for one in sheet(inside["stories.csv"])] == [first.id]
    printed = " ".join(text_of(inside["list-en.pdf"]).split())
    assert "July 2025 1 12" in printed
    assert "not published any more" in printed
    assert other.id in printed
    assert {f"list-{lang}.pdf" for lang in LANGUAGES} < set(inside)
    assert value["taken_back"] == [{"id": other.id, "published": TODAY.isoformat()}]
    assert "not published any more" in inside["list-en.html"].decode()


def test_every_letter_of_the_printed_list_is_on_the_paper_and_each_reference_on_one_line(
    at: dict[str, Desk], organisation: Organisation, tid: str
) -> None:
    (second,) = brought(at["lawyer-1"], organisation, [told()])
    first, other = published(at, tid, title="W" * 120), published(at, second)
    desk = at["lawyer-2"]
    stories.take_back(desk.station, desk.reader, held(desk), other.id, day=TODAY)
    inside = unpacked(files.list_of(desk.station, desk.reader, held(desk), day=TODAY))
    for lang in LANGUAGES:
        printed = inside[f"list-{lang}.pdf"]
        assert outside_paper(printed) == [], lang
        assert {first.id, other.id} <= set(text_of(printed).split()), lang


def test_a_withdrawn_consent_takes_the_story_back_and_a_new_yes_does_not_bring_it_again(
    at: dict[str, Desk], tid: str
) -> None:
    story = published(at, tid)
    desk = at["lawyer-1"]
    assert states(desk, date(2027, 6, 1)) == {story.id: State.TAKEN_BACK}, "the twelve months are over"
    consent_acts.say(desk.station, desk.reader, desk.stands(tid), ConsentAct.WITHDRAW, USE, reason="other", day=TODAY)
    meet(at)
    assert states(at["lawyer-2"]) == {story.id: State.TAKEN_BACK}
    assert refusal(lambda: files.story(desk.station, desk.reader, held(desk), story.id, day=TODAY)) == "recalled"
    assert refusal(lambda: draft(desk, tid)) == "consent"


def test_when_the_testimony_is_destroyed_its_story_cannot_be_read_and_the_list_still_says_that_it_was_taken_back(
    at: dict[str, Desk], tid: str
) -> None:
    story = published(at, tid)
    desk = at["lawyer-1"]
    record = consent_acts.withdraw_all(desk.station, desk.reader, tid, day=TODAY)
    with desk.station.database.transaction() as session:
        shredding.bury(session, tid, record, shredded=False)
    shredding.finish(desk.station)
    ((one, state),) = held(desk).held
    assert (one.id, state) == (story.id, State.TAKEN_BACK)
    value = json.loads(unpacked(files.list_of(desk.station, desk.reader, held(desk), day=TODAY))["list.json"])
    assert (value["stories"], len(value["taken_back"])) == ([], 1)
    assert story.title not in json.dumps(value)


def test_a_story_that_leaves_a_number_for_a_few_others_is_not_approved(
    at: dict[str, Desk], tid: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second lawyer is told so, nothing is written, and a story that says less is approved."""
    found = draft(at["lawyer-1"], tid)
    border = found.borders[-1].partition(":")[0]
    others = [Told(name=f"other-{n}", border=border, when="2025-07") for n in range(4)]
    own = Told(name=found.manifest, border=border, when="2025-07")
    monkeypatch.setattr(beside_tables, "counted", lambda *_given, **_named: [own, *others])
    story = proposed(at["lawyer-1"], tid, border=found.borders[-1])
    meet(at)
    with pytest.raises(StoryRefused) as refused:
        approve(at["lawyer-2"], story)
    assert refused.value.reason == "few"
    meet(at)
    assert states(at["lawyer-1"])[story.id] is State.PROPOSED
    published(at, tid)


def test_the_desk_counts_the_accounts_that_tables_may_count(
    at: dict[str, Desk], organisation: Organisation, tid: str
) -> None:
    """The witness of `tid` did not agree to public numbers, so no number has that account."""
    desk = at["lawyer-1"]
    (other,) = brought(desk, organisation, [told(purposes=["P01", "P04", "P06", "P16"])])
    room = Room(desk.station, organisation)
    for one in (tid, other):
        room.clear(one)
    with desk.station.database.reading() as session:
        desk.annexes.refresh(desk.station, session, desk.reader)
    with desk.station.database.transaction() as session:
        counted = beside_tables.counted(desk.station, session, desk.reader, desk.annexes, at=TODAY)
    assert [(one.border, one.when) for one in counted] == [("HRV-BIH", "2025-07")]
    assert [one.name for one in counted] == [draft(desk, other).manifest]
    assert [one.told["act"] for one in counted] == [frozenset({"force_body"})]
    assert counted[0].person
