"""A key ceremony at a terminal: the screen, who types, and the papers with the shares."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from testimony.cli.main import main
from testimony.sealing.keys.key_file import KeyFile
from testimony.services.enrolment import airgap, ceremony
from tests.support.settings import FAST

HOLDERS = ("keeper-1", "keeper-2", "keeper-3", "keeper-4", "keeper-5")


WORD = re.compile(r"(\d+)\. ([a-z-]+)")


class Screen(io.StringIO):
    """A terminal: what is shown stays to be looked at."""

    def isatty(self) -> bool:
        return True


class Typing(io.StringIO):
    """Who sits before it: papers are filled from the screen, and typed when they are asked for."""

    def __init__(self, screen: Screen, answer: Callable[[str], str]) -> None:
        super().__init__()
        self.screen, self.answer = screen, answer

    def isatty(self) -> bool:
        return True

    def readline(self, *_: object) -> str:
        return self.answer(self.screen.getvalue()) + "\n"


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(airgap, "connected", lambda: ())
    monkeypatch.setattr(ceremony.RootCeremony, "work", FAST)
    seal = KeyFile.seal
    monkeypatch.setattr(KeyFile, "seal", lambda self, passphrase, _work=FAST, **_more: seal(self, passphrase, FAST))


def at_a_terminal(monkeypatch: pytest.MonkeyPatch, answer: Callable[[str], str], *arguments: object) -> tuple[int, str]:
    screen = Screen()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", screen)
        patch.setattr(sys, "stdin", Typing(screen, answer))
        code = main([str(one) for one in arguments])
    return code, screen.getvalue()


def papers_on(screen: str) -> list[str]:
    """The shares that were shown: each time the words stand, by their numbers."""
    found = []
    for shown in re.split(r"Return shows the words ", screen)[1:]:
        numbered = sorted((int(number), word) for number, word in WORD.findall(shown.split("It is on paper")[0]))
        found.append(" ".join(word for _, word in numbered))
    return found


def phrase_of_stick(screen: str) -> str:
    """The passphrase that was shown for the stick that is asked for; Return for everything else."""
    asked = re.search(r"Passphrase of \S*/([abc]): \Z", screen)
    return papers_on(screen)["abc".index(asked[1])] if asked else ""


def made_recovery(monkeypatch: pytest.MonkeyPatch, to: Path) -> tuple[list[str], str]:
    """The five papers, and the whole screen."""
    to.mkdir()
    orders = iter((0, 1, 2, 2, 3, 4))

    def answer(screen: str) -> str:
        return papers_on(screen)[next(orders)] if screen.endswith("33 words: ") else ""

    code, screen = at_a_terminal(
        monkeypatch, answer, "ceremony", "recovery", "--place", "office-2", "--lead", "helen",
        "--holders", *HOLDERS, "--to", to,
    )  # fmt: skip
    assert code == 0
    return papers_on(screen)[:5], screen
