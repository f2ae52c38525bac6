"""The ceremonies at a terminal: shares on a screen alone, and from the founding of an organisation to a recovery."""

from __future__ import annotations

import io
import re
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from testimony.cli.main import main
from testimony.cli.organisation import paperwork
from testimony.sealing.keys import recovery_shares
from testimony.services.enrolment import airgap
from testimony.services.enrolment.organisation import Organisation
from testimony.services.startup import open_station
from tests.support.cli.ceremony import (
    HOLDERS,
    WORD,
    Screen,
    Typing,
    apart,
    at_a_terminal,
    made_recovery,
    papers_on,
    phrase_of_stick,
)
from tests.support.cli.program import run
from tests.support.services.desks import reader_of, testimony_at

__all__ = ["apart"]


def test_each_share_is_shown_once_tested_and_wiped_from_the_screen(
    apart: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    papers, screen = made_recovery(monkeypatch, tmp_path / "out")
    assert {len(paper.split()) for paper in papers} == {33}
    assert screen.count("\x1b[3J") == 7, "five shares and two tests"
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == [
        "recovery-ceremony.json",
        "recovery-request.json",
    ]
    pairs = {pair for paper in papers for pair in pairwise(paper.lower().split()[4:])}
    for file in (tmp_path / "out").iterdir():
        assert not pairs & set(pairwise(re.findall("[a-z]+", file.read_text().lower())))


def test_shares_go_to_no_file_and_no_pipe(apart: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    kept = io.StringIO()
    monkeypatch.setattr(sys, "stdout", kept)
    code = main(["ceremony", "recovery", "--place", "x", "--lead", "a", "--holders", *HOLDERS, "--to", str(tmp_path)])
    assert code == 1
    assert not WORD.search(kept.getvalue())


def test_a_computer_with_a_network_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(airgap, "connected", lambda: ("wlan0",))
    people = ["--place", "x", "--lead", "a", "--holders", *HOLDERS]
    assert main(["ceremony", "recovery", *people, "--to", str(tmp_path)]) == 1
    assert main(["ceremony", "roots", *people, "--sticks", "a", "b", "c", "--to", str(tmp_path)]) == 1
    assert main(["ceremony", "pages", *people, "--sticks", "a", "b", "c", "--to", str(tmp_path)]) == 1
    assert main(["ceremony", "releases", *people, "--sticks", "a", "b", "c", "--to", str(tmp_path)]) == 1
    assert main(["ceremony", "recover", "--home", str(tmp_path), "--place", "x", "--holders", *HOLDERS]) == 1
    assert capsys.readouterr().err.count("(wlan0)") == 5
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("act", "name"),
    [
        (("recovery", "--holders", *HOLDERS), "recovery-ceremony.json"),
        (("roots", "--holders", *HOLDERS[:3]), "root.json"),
        (("roots", "--number", "2", "--holders", *HOLDERS[:3]), "roots-change.json"),
        (("pages", "--holders", *HOLDERS[:3]), "page-3.key.public.json"),
        (("releases", "--holders", *HOLDERS[:3]), "release-3.key.public.json"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_a_file_that_is_there_already_is_named_before_a_key_is_made(
    apart: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    act: tuple[str, ...],
    name: str,
) -> None:
    sticks = [tmp_path / f"stick-{number}" for number in (1, 2, 3)]
    for stick in sticks:
        stick.mkdir()
    (tmp_path / name).write_text("kept")
    onto = () if act[0] == "recovery" else ("--sticks", *sticks)
    code, _ = at_a_terminal(
        monkeypatch, lambda _: pytest.fail("somebody was asked"), "ceremony", *act, *onto, "--place", "office-2",
        "--lead", "helen", "--to", tmp_path,
    )  # fmt: skip
    assert code == 1
    assert str(tmp_path / name) in capsys.readouterr().err
    assert [file for stick in sticks for file in stick.iterdir()] == []
    assert (tmp_path / name).read_text() == "kept"


def test_an_organisation_is_founded_on_papers_and_sticks_alone(
    apart: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sticks = [tmp_path / f"stick-{number}" for number in (1, 2, 3)]
    for stick in (*sticks, tmp_path / "roots"):
        stick.mkdir()
    shown: list[str] = []

    def passphrase(question: str) -> str:
        return shown[int(question.rstrip(": ")[-1]) - 1]

    def answer(screen: str) -> str:
        shown[:] = papers_on(screen)
        return ""

    monkeypatch.setattr("getpass.getpass", passphrase)
    code, _ = at_a_terminal(
        monkeypatch, answer, "ceremony", "roots", "--place", "office-2", "--lead", "helen", "--holders", *HOLDERS[:3],
        "--sticks", *sticks, "--to", tmp_path / "roots",
    )  # fmt: skip
    assert code == 0
    record, central = tmp_path / "roots" / "roots-ceremony.json", tmp_path / "org" / "central"
    founded = run(
        "org", "create", tmp_path / "org", "--name", "Border Watch", "--lawyers", "A", "B",
        "--root", tmp_path / "roots" / "root.json",
        "--key-file", sticks[0] / "root-1.key", sticks[2] / "root-3.key",
        typed="\n".join((shown[0], shown[2])),
    )  # fmt: skip
    assert founded.returncode == 0, founded.stderr
    assert "root-1" not in founded.stdout
    taken = run("ceremony", "record", record, "--home", central)
    assert (taken.returncode, taken.stderr) == (0, "")
    assert "it says who was there" in taken.stdout
    again = run("ceremony", "record", record, "--home", central)
    assert "it did before" in again.stdout


def test_a_folder_that_was_mistyped_loses_nothing_and_the_planned_one_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder, screen, typed = tmp_path / "out", Screen(), iter(("x" * 300, ""))

    def answer(shown: str) -> str:
        assert shown.endswith(f"Press Return to try {folder} again, or type another folder: ")
        given = next(typed)
        if not given:
            folder.mkdir()
        return given

    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setattr(sys, "stdin", Typing(screen, answer))
    paperwork.keep(folder, {"root.json": b"{}"})
    assert (folder / "root.json").read_bytes() == b"{}"


def test_a_passphrase_that_was_mistyped_ends_no_ceremony(
    apart: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sticks, shown, typed = [tmp_path / name for name in "abc"], [""], []
    for stick in sticks:
        stick.mkdir()

    def passphrase(question: str) -> str:
        typed.append(question)
        return "mistyped" if len(typed) == 1 else phrase_of_stick(shown[0] + question)

    def answer(screen: str) -> str:
        shown[0] = screen
        return ""

    monkeypatch.setattr("getpass.getpass", passphrase)
    code, screen = at_a_terminal(
        monkeypatch, answer, "ceremony", "roots", "--place", "office-2", "--lead", "helen", "--holders", *HOLDERS[:3],
        "--sticks", *sticks, "--to", tmp_path,
    )  # fmt: skip
    assert code == 0
    assert "refused       This passphrase does not open the key." in screen
    assert (tmp_path / "root.json").exists()


def test_three_shares_at_a_desk_say_what_they_opened_and_why_not_the_rest(
    apart: None, monkeypatch: pytest.MonkeyPatch, homes: Path, organisation: Organisation, tmp_path: Path
) -> None:
    with open_station(homes / "central") as central:
        for purposes in (("P01", "P04"), ("P01",)):
            testimony_at(central, organisation, *purposes)
    words = organisation.keeper("lawyer-1").passphrase
    monkeypatch.setattr("getpass.getpass", lambda _question: words)
    stick, desk = tmp_path / "stick", homes / "desk-lawyer"
    stick.mkdir()
    told = ["bundle", "export", str(stick), "--home", str(homes / "central"), "--to", "lawyer-1", "--all"]
    assert main([*told, "--recovery"]) == 0
    code, _ = at_a_terminal(monkeypatch, lambda _: "", "bundle", "import", *stick.iterdir(), "--home", desk)
    assert code == 0
    papers = [share.text for share in recovery_shares.split(reader_of(organisation, "recovery").key.seed)]
    orders = iter((papers[4], papers[4].replace(" ", "  x ", 1), papers[0], papers[2]))
    code, screen = at_a_terminal(
        monkeypatch, lambda _: next(orders), "ceremony", "recover", "--home", desk, "--place", "office-2",
        "--holders", *HOLDERS[:3],
    )  # fmt: skip
    assert code == 0
    assert "refused       A share has 33 words, and 34 were typed." in screen
    assert "who was there, signed by lawyer-1" in screen
    assert "2 of 2" in screen
    assert "not, consent" not in screen, "nobody new is here, so nothing is kept from anybody"
    code, screen = at_a_terminal(monkeypatch, lambda _: "", "bundle", "export", stick, "--home", desk)
    assert "1 record" in screen, "who was there goes to central"
