"""A new recovery key by its ceremony, its papers and the old ones: command after command, as a person types them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from testimony.cli.main import main
from testimony.sealing.keys import recovery_shares
from testimony.services.enrolment.organisation import Organisation
from testimony.services.startup import open_station
from tests.support.cli.ceremony import HOLDERS, apart, at_a_terminal, made_recovery
from tests.support.cli.headquarters import Headquarters, run
from tests.support.services.desks import reader_of, testimony_at

__all__ = ["apart"]


class Offices:
    """Central and a lawyer's desk that has no network: what goes between them is carried on a stick."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, made: Organisation, homes: Path, stick: Path) -> None:
        self.central, self.desk, self.stick, self.patch = homes / "central", homes / "desk-lawyer", stick, monkeypatch
        self.words = made.keeper("lawyer-1").passphrase
        monkeypatch.setattr("getpass.getpass", lambda _question: self.words)
        stick.mkdir()

    def fetch(self, *more: str) -> None:
        """What is new at central, to the desk."""
        self._empty()
        assert (
            main(["bundle", "export", str(self.stick), "--home", str(self.central), "--to", "lawyer-1", "--all", *more])
            == 0
        )
        self.terminal("bundle", "import", *self.stick.iterdir(), "--home", self.desk)

    def deliver(self) -> None:
        """What the lawyer signed, to central."""
        self._empty()
        self.terminal("bundle", "export", self.stick, "--home", self.desk)
        assert main(["bundle", "import", *map(str, self.stick.iterdir()), "--home", str(self.central)]) == 0

    def recover(self, papers: list[str]) -> str:
        orders = iter(papers)
        return self.terminal(
            "ceremony", "recover", "--home", self.desk, "--place", "office-2", "--holders", *HOLDERS[:3],
            answers=lambda _: next(orders),
        )  # fmt: skip

    def terminal(self, *arguments: object, answers: object = None) -> str:
        code, screen = at_a_terminal(self.patch, answers or (lambda _: ""), *arguments)  # type: ignore[arg-type]
        assert code == 0, screen
        return screen

    def _empty(self) -> None:
        for file in self.stick.iterdir():
            file.unlink()


def said(screen: str, name: str) -> str:
    found = re.search(rf"^ *{name}  +(.*)$", screen, re.MULTILINE)
    return found.group(1).strip() if found else ""


def test_after_a_ceremony_lawyers_and_the_old_papers_let_the_new_recovery_key_in(
    apart: None, monkeypatch: pytest.MonkeyPatch, homes: Path, organisation: Organisation, tmp_path: Path
) -> None:
    with open_station(homes / "central") as central:
        for purposes in (("P01", "P04"), ("P01", "P04"), ("P01",)):
            testimony_at(central, organisation, *purposes)
    old = [share.text for share in recovery_shares.split(reader_of(organisation, "recovery").key.seed)]
    new, _ = made_recovery(monkeypatch, tmp_path / "out")
    headquarters = Headquarters(organisation, homes)
    admitted = headquarters.admit(tmp_path / "out" / "recovery-request.json")
    assert admitted.returncode == 0, admitted.stderr
    assert "gives it access to what was sealed before" in admitted.stdout
    assert run("station", "update", headquarters.bundle(2), "--home", homes / "central").returncode == 0
    offices = Offices(monkeypatch, organisation, homes, tmp_path / "stick")
    offices.fetch("--recovery")

    granted = offices.terminal("grant", "--home", offices.desk)
    assert said(granted, "to recovery") == "2 of these"
    assert said(granted, "not, closed") == "1"
    assert said(granted, "still closed").startswith("1 ")
    kept = offices.recover(old[1:4])
    assert said(kept, "to recovery") == "1 of these"
    assert said(kept, "still closed") == ""
    offices.deliver()

    offices.fetch("--recovery")
    opened = offices.recover([new[0], new[2], new[4]])
    assert said(opened, "opened").startswith("0 testimonies"), "nobody lacks anything now, the key least of all"
    assert said(opened, "not, closed") == ""
