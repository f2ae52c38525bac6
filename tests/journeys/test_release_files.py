"""What a person learns who puts all files of two releases to two recipients together. No browsers.

The ledger says which testimonies are in a line; no receiver has it. The numbers of the accounts say which person told
them.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from testimony.cli.main import main
from testimony.services.enrolment.organisation import Organisation
from testimony.services.release import desk as release_desk
from testimony.services.release import recall_entries, release
from tests.support.journeys import recipients
from tests.support.journeys.recipients import File
from tests.support.services.release import releases
from tests.support.services.release.releases import BOTH, PEOPLE, Centre, account

NEW = (*range(PEOPLE, 30), *range(10))
"""The numbers of accounts that come between the releases: people who told nothing before, and people who did."""
FOR_ONE = range(10, 24)
"""Of those who agreed to the mechanism alone."""
TO = ("P06", "P07")


@dataclass(frozen=True)
class Lived:
    """`files` in the order in which they left, with their recipients; `members`: of each line, by number of testimony.

    `people`: who told a testimony; `withdrew`: somebody of the first release, after it left.
    """

    files: list[tuple[str, bytes]]
    members: dict[str, list[str]]
    people: dict[str, int]
    for_one: set[str]
    withdrew: str

    @property
    def read(self) -> list[tuple[str, File]]:
        return [(to, recipients.read(data)) for to, data in self.files]


@pytest.fixture(scope="module")
def lived(
    prepared_for_releases: tuple[Path, Organisation], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Lived]:
    prepared, organisation = prepared_for_releases
    folder = Path(shutil.copytree(prepared, tmp_path_factory.mktemp("release") / "files"))
    with releases.opened(folder, organisation) as at:
        yield _live(at)


def _live(at: Centre) -> Lived:
    people = dict(zip(at.tids, range(PEOPLE), strict=True))
    first = at.left(BOTH)
    members = _members(at, first)  # of what is destroyed nobody can look it up
    withdrew = next(iter(members.values()))[0]
    at.withdraw(withdrew)
    at.meet()
    at.destroy_what_is_due()
    people |= dict(zip(at.bring([account(number) for number in NEW]), NEW, strict=True))
    for_one = at.bring([account(number, "P07") for number in FOR_ONE])
    people |= dict(zip(for_one, FOR_ONE, strict=True))
    recall_entries.revoke(at[1].by)
    at.meet()
    second = at.left(BOTH)
    members |= _members(at, second)
    files = [(to, release.hand_out(at[1].by, name, to)) for name in (first, second) for to in TO]
    return Lived(files, members, people, set(for_one), withdrew)


def _members(at: Centre, name: str) -> dict[str, list[str]]:
    """Of each line of a release, by its name in the files."""
    lines = release_desk.ledger_of(at[1].by).batch(name).contents.classes
    return {f"c{line.id}": [at.member(one)[1] for one in line.members] for line in lines}


def test_all_files_put_together_isolate_nobody_and_hold_to_the_truth(lived: Lived) -> None:
    """Every line stands for as many people as it says and enough of them; nobody is in two, or where they did not
    agree to.
    """
    assert all(file.rows for _, file in lived.read)
    for to, file in lived.read:
        assert file.recipient == to
        for row in file.rows:
            members = lived.members[row.id]
            assert row.n == len(members)
            assert len({lived.people[one] for one in members}) >= file.k
            assert to == "P07" or not lived.for_one & set(members)
    shown = {one for to, file in lived.read if to == "P07" for row in file.rows for one in lived.members[row.id]}
    assert lived.for_one & shown, "somebody agreed to the one alone and is in its lines"
    told = list(itertools.chain.from_iterable(lived.members.values()))
    assert len(told) == len(set(told))
    least = min(file.k for _, file in lived.read)
    together = recipients.put_together(file for _, file in lived.read)
    differences = 0
    for one, other in itertools.permutations(range(len(lived.files)), 2):
        left = [row.id for where, rows in together.items() if one in where and other not in where for row in rows]
        apart = {lived.people[member] for line in left for member in lived.members[line]}
        assert not apart or len(apart) >= least
        differences += bool(apart)
    assert differences, "no two files differ, so nothing was tried"


def test_the_receivers_of_a_line_are_told_who_withdrew_since_and_the_line_stays(lived: Lived) -> None:
    (line,) = [name for name, members in lived.members.items() if lived.withdrew in members]
    (_, first), (_, other), *second = lived.read
    held = {to for to, file in ((TO[0], first), (TO[1], other)) if line in {row.id for row in file.rows}}
    assert held
    assert {to: file.revoked for to, file in second} == {to: (line,) if to in held else () for to in TO}


def test_the_check_of_a_receiver_passes_each_file_and_fails_an_edited_one(lived: Lived, tmp_path: Path) -> None:
    for number, (_, data) in enumerate(lived.files):
        whole, edited = tmp_path / f"{number}.zip", tmp_path / f"{number}-edited.zip"
        whole.write_bytes(data)
        assert main(["release", "check", str(whole)]) == 0
        place = data.index(b'"n":') + len(b'"n":')
        edited.write_bytes(data[:place] + (b"8" if data[place : place + 1] != b"8" else b"9") + data[place + 1 :])
        assert main(["release", "check", str(edited)]) != 0
