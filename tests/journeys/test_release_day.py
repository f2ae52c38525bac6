"""Four hundred testimonies, three desks, two recipients, three releases, four who withdraw: whom could a receiver find?

The day is lived through once (`release_day.py`); each test then holds what was seen to one promise. What is true is
counted in plain Python from what was sealed; who is in a line, by the ledger that no receiver has. Each time:
`test_release_files.py` for the files, `tests/services/release/test_release.py` for the ways of a release,
`tests/web/desk/release/` for the pages, and `test_journey.py` for the disks.
"""

from __future__ import annotations

import base64
import csv
import gzip
import hashlib
import io
import itertools
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from testimony.cli.main import main
from tests.support.canaries import search as canaries_search
from tests.support.journeys import recipients, release_day
from tests.support.journeys.desk_day import free_port
from tests.support.journeys.recipients import File
from tests.support.journeys.release_day import AGREED, BEFORE, BUILT, DESKS, LOOKED, PUBLISHED, Day
from tests.support.journeys.world import World, world
from tests.support.publication.zip_reader import unpacked
from tests.support.stories import accounts, voices
from tests.support.stories.accounts import ACTS, FEW, LAWYERS, MANY, MECHANISM, NAME, RECIPIENTS, WAVES, Account
from tests.support.stories.voices import VOICES

pytestmark = pytest.mark.long(
    short="tests/journeys/test_release_files.py::test_all_files_put_together_isolate_nobody_and_hold_to_the_truth"
)

K, M = 11, 3
"""What the preset for public numbers promises, and so every file of a release that somebody may publish."""
BLANK_BELOW = 3
STIGMA = ("sexual", "undress")
COORDINATORS = LOOKED[1:]


@pytest.fixture(scope="module")
def lived(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Day]]:
    """The world after the day, with everything dead, and what was seen in it."""
    folder = tmp_path_factory.mktemp("releases")
    with (
        sync_playwright() as playwright,
        world(folder, playwright, chromium, free_port, desks=DESKS, coordinators=2) as made,
    ):
        day = release_day.live(made, WAVES)
        yield made, day
    for temporary in day.temporary:
        shutil.rmtree(temporary)


@pytest.fixture
def day(lived: tuple[World, Day]) -> Day:
    return lived[1]


@pytest.fixture
def files(day: Day) -> list[File]:
    """Everything that left, as its receivers read it."""
    return [recipients.read(data) for _, data in day.files]


@pytest.fixture
def words() -> list[str]:
    """The name in every testimony, and every sentence of every account."""
    sentences = [said for voice in VOICES.values() for step in voice.steps for said in step if "{n}" not in said]
    return [NAME, *sentences]


# what there is


def test_those_who_tell_are_as_people_are() -> None:
    """Families, people who tell again, who say less then, heavy tails and a group that is too small."""
    told = accounts.tellings()
    of_incident, of_person = Counter(one.incident for one in told), Counter(one.person for one in told)
    assert max(of_incident.values()) == 6
    assert sum(number > 1 for number in of_person.values()) > MANY // 10
    said = {one.person: {each.says["nat"] for each in told if each.person == one.person} for one in told}
    assert sum(len(nations) > 1 for nations in said.values()) > FEW
    nations = Counter(one.says["nat"] for one in told).most_common()
    assert nations[0][1] > MANY // 3
    assert nations[-1][1] <= 3


def test_three_releases_left_for_both_recipients(day: Day, files: list[File]) -> None:
    assert [file.recipient for file in files] == list(RECIPIENTS) * len(day.waves)
    assert all(file.rows for file in files)
    assert len(day.members) > len(day.waves)
    assert {(file.k, file.m) for file in files} == {(K, M)}
    assert "100" in day.said["taken into review"]


# whom the files show


def test_every_line_stands_for_enough_people_and_pushbacks_in_truth(day: Day, files: list[File]) -> None:
    for row in itertools.chain.from_iterable(file.rows for file in files):
        members = day.members[row.id.removeprefix("c")]
        assert row.n == len(members)
        assert len({one.person for one in members}) >= K
        assert len({one.incident for one in members}) >= M


def test_every_line_says_what_its_people_said(day: Day, files: list[File]) -> None:
    """Counts are of people. Who is like somebody that no lawyer told apart from them counts as the same: never more
    people than there are, and seldom fewer."""
    exact: Counter[bool] = Counter()
    for file in files:
        for row in file.rows:
            members = day.members[row.id.removeprefix("c")]
            assert all(row.covers(one.says) for one in members)
            told = Counter(family for _, family in {(one.person, family) for one in members for family in one.families})
            counts = dict(row.counts)
            for family, _ in ACTS.values():
                shown = counts[family]
                if isinstance(shown, str):
                    assert (family in STIGMA, shown) == (True, "not_shown")
                    continue
                assert shown is None or BLANK_BELOW <= shown <= told[family]
                exact[shown == (told[family] if told[family] >= BLANK_BELOW else None)] += 1
                assert family not in STIGMA or told[family] <= file.alpha * row.n
    assert exact[True] > 2 * exact[False]  # how many look alike is chance: about four times here


def test_whoever_withdrew_before_it_left_is_in_no_file(day: Day) -> None:
    published = _published(day)
    assert not {day.withdrawn[when].tid for when in (BEFORE, BUILT, AGREED)} & set(published)
    assert day.withdrawn[PUBLISHED].tid in published


def test_nobody_is_in_two_lines(day: Day) -> None:
    published = _published(day)
    assert len(published) == len(set(published)) > len(day.accounts) // 3


def test_nobody_is_in_a_file_who_did_not_agree_to_it(day: Day, files: list[File]) -> None:
    for file in files:
        for row in file.rows:
            assert all(file.recipient in one.recipients for one in day.members[row.id.removeprefix("c")])


def test_what_two_lawyers_did_not_clear_is_in_no_file(day: Day) -> None:
    assert not {day.second_missing.tid, day.not_for_release.tid} & set(_published(day))


def test_so_few_that_they_could_be_picked_out_wait_for_ever(day: Day) -> None:
    few = [one for one in day.accounts if one.consent == MECHANISM]
    assert len(few) == FEW < K
    assert not {one.tid for one in few} & set(_published(day))
    assert not any(one.consent == LAWYERS for members in day.members.values() for one in members)


def test_all_files_put_together_isolate_nobody(day: Day, files: list[File]) -> None:
    """Both recipients, all three releases: by which of them hold a line, and by its name, no fewer are told apart."""
    together = recipients.put_together(files)
    for row in itertools.chain.from_iterable(together.values()):
        assert row.n >= K
        _require_enough(day, [row.id])
    for one, other in itertools.permutations(range(len(files)), 2):
        left = [row.id for where, rows in together.items() if one in where and other not in where for row in rows]
        _require_enough(day, left)


def test_whoever_knows_all_that_somebody_said_finds_a_crowd(day: Day, files: list[File]) -> None:
    """By the labels of all files, for each who is in one: the lines that may be meant hold enough others."""
    rows = {row.id: row for file in files for row in file.rows}
    for one in itertools.chain.from_iterable(day.members.values()):
        meant = [row.id for row in rows.values() if row.covers(one.says)]
        assert meant
        _require_enough(day, meant)


# what became of those who withdrew


def test_a_withdrawal_before_it_leaves_is_told_and_the_release_is_given_up(day: Day) -> None:
    for when in (BUILT, AGREED):
        assert "may no longer be used" in day.said[when]
    for name in COORDINATORS:
        states = day.states[name]
        assert [states.get(one) for one in day.given_up] in (["given-up"] * 3, ["given-up", "given-up", None])
        assert [states[left.name] for left in day.left] == ["left"] * 3


def test_the_receivers_of_a_line_are_told_who_withdrew_since_and_the_line_stays(day: Day, files: list[File]) -> None:
    taken = day.withdrawn[PUBLISHED]
    (line,) = [f"c{id}" for id, members in day.members.items() if taken in members]
    holders = {file.recipient for file in files if line in {row.id for row in file.rows}}
    assert holders
    for recipient, notice in day.notices.items():
        told = list(csv.reader(io.StringIO(notice.decode(), newline="")))[2:]
        wanted = [[line, day.left[0].name, "withdrawn", "1"]] if recipient in holders else []
        assert told == wanted
    later = {file.recipient: file.revoked for file in files[-len(RECIPIENTS) :]}
    assert later == {recipient: (line,) if recipient in holders else () for recipient in RECIPIENTS}
    assert day.again == day.left[0].files, "what left stays as it was"
    assert "1" in day.said["revoked"]


# what was shown is what left


def test_what_two_people_looked_at_is_byte_for_byte_what_left(day: Day) -> None:
    for left in day.left:
        saved = {to: hashlib.sha256(data).hexdigest() for to, data in left.files.items()}
        assert left.previewed.sums == left.compared.sums == saved
        for shown in (left.previewed, left.compared):
            assert shown.pictures
            for where, picture in shown.pictures.items():
                to, _, inside = where.partition("/")
                assert unpacked(left.files[to])[inside].decode() == picture


def test_the_check_of_a_receiver_passes_each_file_and_fails_an_edited_one(day: Day, tmp_path: Path) -> None:
    for number, (_, data) in enumerate(day.files):
        whole, edited = tmp_path / f"{number}.zip", tmp_path / f"{number}-edited.zip"
        whole.write_bytes(data)
        assert main(["release", "check", str(whole)]) == 0
        edited.write_bytes(_edited(data))
        assert main(["release", "check", str(edited)]) != 0


def test_of_two_who_build_at_once_one_is_overtaken_and_told_so(day: Day) -> None:
    assert "a proposed release" in day.said["overtaken"]
    first, second = day.given_up[1:]
    assert day.states["while both built"].get(first) == "waits"
    assert second not in day.states["while both built"]
    assert not any(second == left.name for left in day.left)


# what each desk shows, and what stays on the disks


def test_the_lawyers_desk_never_shows_a_release(lived: tuple[World, Day]) -> None:
    made, day = lived
    about = {path: status for path, status in day.answered.items() if path.startswith("releases")}
    assert about
    assert set(about.values()) <= {403, 404}
    names = [*day.given_up, *(left.name for left in day.left), *day.members]
    assert not [name for page in day.pages["desk-lawyer"] for name in names if name in page]
    names.remove(day.left[0].name)  # the lawyer asked for this one, so the browser knows its address
    assert canaries_search.search([made.home("desk-lawyer"), made.profiles / "desk-lawyer"], names) == []
    assert canaries_search.search([made.home("desk-coordinator")], [day.left[0].name]), (
        "where a release is kept, it is found"
    )


def test_the_coordinators_desks_never_show_a_name_or_a_word(day: Day, words: list[str]) -> None:
    for name in COORDINATORS:
        assert len(day.pages[name]) > len(day.waves)
        assert not [said for page in day.pages[name] for said in words if said in page]


def test_no_disk_of_a_coordinator_holds_a_name_a_word_or_a_passphrase(
    lived: tuple[World, Day], words: list[str]
) -> None:
    made, day = lived
    places = [folder for name in COORDINATORS for folder in (made.home(name), made.profiles / name)]
    secrets = [*words, *(made.passphrase(person) for person in DESKS.values())]
    assert canaries_search.search([*places, made.logs, *day.temporary], secrets) == []


def test_a_planted_leak_is_found(lived: tuple[World, Day], words: list[str]) -> None:
    made, day = lived
    said = voices.statement(release_day.first_of(day).number)
    leak = made.home("desk-second") / "leak"
    leak.write_bytes(gzip.compress(base64.b64encode(said.encode("utf-16le"))))
    try:
        assert canaries_search.search([made.home("desk-second")], words)
    finally:
        leak.unlink()


def test_no_script_of_a_page_complained(day: Day) -> None:
    assert day.complaints == []


def _published(day: Day) -> list[str]:
    return [one.tid for members in day.members.values() for one in members]


def _require_enough(day: Day, lines: Sequence[str]) -> None:
    """Nobody, or as many people and pushbacks as one line promises."""
    members: list[Account] = [one for line in lines for one in day.members[line.removeprefix("c")]]
    assert not members or len({one.person for one in members}) >= K
    assert not members or len({one.incident for one in members}) >= M


def _edited(data: bytes) -> bytes:
    """One digit of one number of the table, and nothing else."""
    place = data.index(b'"n":') + len(b'"n":')
    return data[:place] + (b"8" if data[place : place + 1] != b"8" else b"9") + data[place + 1 :]
