"""The commands of the pages that tell people what to type do what the page says, one after the other."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from testimony.sealing.roster.chain import RosterChain
from testimony.services.delivery import outbox
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.services.startup import open_station
from tests.support.cli.organisation_of_today import made_today
from tests.support.cli.page import ROOT, Reader, Step, compare, steps
from tests.support.cli.program import free_ports, run, serving

ROOTS = ("root-1", "root-2")
NOT_RUN = re.compile(r"^> No test runs the commands of this page: .+\.$", re.M)
"""What stands at the top of a page whose commands no test can run, with the reason."""
NOT_YET = frozenset(
    {
        "docs/alarms.md",
        "docs/archive.md",
        "docs/casefile.md",
        "docs/first-hour.md",
        "docs/own-key.md",
        "docs/submissions.md",
        "docs/timestamps.md",
    }
)
"""Pages with commands that no test follows yet. A page leaves this list and never comes back."""
ELSEWHERE = {"docs/backup.md": "tests/journeys/test_lost_stations.py"}
"""Pages that another test follows, with stations that burn."""


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text("utf-8")


@pytest.fixture(scope="module")
def organisation(tmp_path_factory: pytest.TempPathFactory) -> Organisation:
    """Pages are typed today: a roster of another day asks for more than they say."""
    return made_today(tmp_path_factory.mktemp("today") / "org")


@pytest.fixture
def reader(homes: Path, tmp_path: Path) -> Callable[[dict[str, str]], Reader]:
    """Somebody in an empty folder, and what the page's names stand for there."""
    at = tmp_path / "reader"
    at.mkdir()
    stick = at / "media" / "stick"
    stick.mkdir(parents=True)
    for name in ROOTS:
        shutil.copy(homes / "keys" / f"{name}.key", at)
    known = {"FIELD": str(homes / "field"), "CENTRAL": str(homes / "central"), "ORG": str(homes)}
    return lambda names: Reader(at, known | {"/media/stick": "media/stick"} | names)


@pytest.fixture
def waiting(organisation: Organisation, homes: Path) -> Path:
    """A node in which one testimony waits."""
    chain = RosterChain(organisation.root, [organisation.roster])
    told = next(iter(demo.invented()))
    sealed = demo.seal_invented(organisation, chain, told, number=0, taken_down=datetime.now(UTC), withdraw=None)
    with open_station(homes / "field") as node:
        demo.require_stored(take_in(node, demo.incoming(sealed)))
    return homes / "field"


def test_the_doctor_prints_what_its_page_shows(homes: Path, reader: Callable[[dict[str, str]], Reader]) -> None:
    follows = reader({"HOME": str(homes / "field")})
    (asked, *more) = steps(page("doctor.md"))
    assert more == []
    assert len(asked.shown) > 9
    follows.type(asked)


def test_a_stick_goes_to_headquarters_and_back_as_the_page_says(
    waiting: Path, reader: Callable[[dict[str, str]], Reader]
) -> None:
    follows = reader({})
    typed = [follows.type(step) for step in steps(page("bundles.md"))]
    assert len(typed) == 4
    with open_station(waiting) as node, node.database.reading() as session:
        assert outbox.waiting(session) == [], "now the outbox is delivered"


def test_a_second_node_is_made_in_four_commands(
    organisation: Organisation, homes: Path, reader: Callable[[dict[str, str]], Reader]
) -> None:
    follows = reader({"HOME": "node-2", "rosters/roster-2.bundle": str(homes / "rosters" / "roster-2.bundle")})
    passphrases = "".join(organisation.keeper(name).passphrase + "\n" for name in ROOTS)
    text = page("enrolment.md").split("## A second node, in four commands")[1]
    new, admit, update, join = list(steps(text))[:4]
    words = _words(follows.type(new))
    assert words == _words(follows.type(admit, "yes\n" + passphrases)), "the same words"
    follows.type(update)
    shutil.copy(homes / "rosters" / "roster-2.bundle", follows.at)
    follows.type(join, "yes\n")
    with open_station(follows.at / "node-2") as node:
        assert node.chain.latest.no == 2


def test_a_node_gets_its_certificate_and_the_next_one_as_the_page_says(
    homes: Path, reader: Callable[[dict[str, str]], Reader]
) -> None:
    follows = reader({"HOME": str(homes / "field")})
    make, ask, sign, install, *renewal = steps(page("tls.md"))
    passphrase = _fact(follows.type(make), "passphrase") + "\n"
    words = _words(follows.type(ask))
    assert words == _words(follows.type(sign, passphrase)), "the same words"
    follows.type(install)
    collect, answer, give, at_once = renewal
    assert run("tls", "renew", "--home", homes / "field", follows.at / "next.req").returncode == 0
    port = free_ports(1)
    with serving("central", homes / "central", port):
        exchange = ("sync", "--home", homes / "field", "--to", f"http://127.0.0.1:{port}")
        assert run(*exchange).returncode == 0, "the request goes along"
        follows.type(collect)
        follows.type(answer, passphrase)
        follows.type(give)
        assert "renewed, good until" in run(*exchange).stdout
    follows.type(at_once, passphrase)


def test_a_questionnaire_is_checked_installed_and_taken_back_as_the_page_says(
    homes: Path, reader: Callable[[dict[str, str]], Reader]
) -> None:
    sample = ROOT / "docs" / "samples" / "sample-questionnaire.xlsx"
    follows = reader({"FILE.xlsx": str(sample), "HOME": str(homes / "field")})
    assert len([follows.type(step) for step in steps(page("own-forms.md"))]) == 4


def test_the_first_administrator_gets_a_link_as_the_page_says(
    homes: Path, reader: Callable[[dict[str, str]], Reader]
) -> None:
    (first,) = steps(page("administration.md"))
    assert "http" in reader({"HOME": str(homes / "central")}).type(first)


def _words(said: str) -> str:
    return _fact(said, "its words")


def _fact(said: str, subject: str) -> str:
    (found,) = re.findall(rf"^  {subject} +(.+)$", said, re.M)
    return str(found)


def pages_with_commands() -> Iterator[str]:
    for file in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]):
        if any(steps(file.read_text("utf-8"))):
            yield str(file.relative_to(ROOT))


def test_every_page_with_commands_is_run_or_says_why_not() -> None:
    followed = set(re.findall(r'page\("([\w-]+\.md)"\)', Path(__file__).read_text("utf-8")))
    alone = {
        name
        for name in pages_with_commands()
        if name.removeprefix("docs/") not in followed
        and name not in ELSEWHERE
        and not NOT_RUN.search((ROOT / name).read_text("utf-8"))
    }
    assert all(Path(name).name in (ROOT / test).read_text("utf-8") for name, test in ELSEWHERE.items())
    assert alone == NOT_YET, "follow it, or say at its top why no test can; and take it from the list"


def test_a_page_that_shows_something_else_is_found_out() -> None:
    step = Step("doctor", ["one …", "three 2026-01-01"])
    compare(step, "one and two\ntwo\nthree 1999-12-31\n")
    for said in ("one and two\n", "three 1999-12-31\none and two\n", "one and two\nthree days\n"):
        with pytest.raises(AssertionError):
            compare(step, said)


def test_what_stands_below_a_command_is_what_it_prints_and_a_remark_is_no_part_of_it() -> None:
    block = (
        "    testimony sync --home HOME   # now\n    sudo -u x .venv/bin/python -m testimony check --home H\n      ok\n"
    )
    text = f"Text.\n\n{block}\nText.\n"
    assert list(steps(text)) == [Step("sync --home HOME"), Step("check --home H", ["  ok"])]
