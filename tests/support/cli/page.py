"""The commands of a page of the documents, run in order as a reader types them, and what the page says they print."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.support.journeys.warm_process import warmed

ROOT = Path(__file__).parents[3]
BLOCK = re.compile(r"(?:^    .*\n)+", re.M)
COMMAND = re.compile(r"    (?:sudo (?:-u \S+ )?)?(?:\S*python -m )?testimony (?!-)(.+)")
PRINTED = " " * 6
"""How a line begins that the program prints: two spaces deeper than what is typed, as its own lines are."""
REMARK = re.compile(r"\s+# .*$|\s{4,}\S.*$")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
PATIENCE = 120  # seconds
TYPED: set[tuple[str, int]] = set()
"""The page and the number of each command that was typed since the test began (`tests/support/cli/followed.py`)."""


def page(name: str) -> str:
    """The text of a page of `docs/`."""
    return (ROOT / "docs" / name).read_text("utf-8")


@dataclass
class Step:
    """A command without the program's name, and the lines below it, which it prints among others in this order.

    `page` and `number` say where it stands: it is the first, second, … command of that page of `docs/`.
    """

    command: str
    shown: list[str] = field(default_factory=list)
    page: str = field(default="", compare=False)
    number: int = field(default=0, compare=False)

    def words(self) -> list[str]:
        """Its words, for somebody who types them now, on the day of the pages."""
        TYPED.add((self.page, self.number))
        return shlex.split(self.command.replace("$(date +%F)", "2026-11-26"))


def steps_of(name: str, beginning: str = "", ending: str = "") -> list[Step]:
    """The commands of a page of `docs/`: all, or those between two sentences of it."""
    text = page(name)
    first = text.index(beginning)
    before = len(list(steps(text[:first])))
    last = text.index(ending, first) if ending else len(text)
    return [
        replace(step, page=name, number=number) for number, step in enumerate(steps(text[first:last]), start=before + 1)
    ]


def steps(text: str) -> Iterator[Step]:
    """The commands of the program in the blocks of a page. What stands below one in its block is what it prints."""
    for block in BLOCK.findall(text):
        step: Step | None = None
        for line in block.splitlines():
            found = COMMAND.fullmatch(line)
            if found:
                if step is not None:
                    yield step
                step = Step(REMARK.sub("", found[1]))
            elif step is not None and line.startswith(PRINTED):
                step.shown.append(line[4:].rstrip())
        if step is not None:
            yield step


def settings(text: str) -> dict[str, str]:
    """What the blocks of a page say that station.json is to have: their lines that begin with a name in quotes."""
    lines = [line.strip() for block in BLOCK.findall(text) for line in block.splitlines() if line.startswith('    "')]
    said: dict[str, str] = json.loads("{" + ",".join(line.rstrip(",") for line in lines) + "}")
    return said


@dataclass
class Reader:
    """Somebody who follows a page in the folder `at`. `names` are the page's own, and what they stand for here.

    `…` in the name of a file stands for the rest of the newest one's. `pages`: where a command finds the pages of the
    interview that another one rendered, or leaves its own.
    """

    at: Path
    names: Mapping[str, str]
    pages: Path | None = None

    def type(self, step: Step, answers: str = "", code: int = 0, **variables: str) -> str:
        """Run the command of `step`, answer its questions, and compare what it prints. Returns that.

        `code`: its exit code. A page that shows what the command prints does not say which.
        """
        done = warmed().run(self.words(step), answers, variables, PATIENCE, self.at, self.pages)
        said = done.stdout + done.stderr
        assert done.returncode == code or step.shown, (step.command, said)
        compare(step, said)
        return said

    def words(self, step: Step) -> list[str]:
        """The words of its command, as they are here."""
        return [self._meant(word) for word in step.words()]

    def _meant(self, word: str) -> str:
        for name, meant in self.names.items():
            word = re.sub(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", meant, word)
        if "…" not in word:
            return word
        found = sorted(self.at.glob(word.replace("…", "*")), key=lambda file: file.stat().st_mtime_ns)
        assert found, f"no file is called {word}"
        return str(found[-1])


def compare(step: Step, said: str) -> None:
    """Every line that the page shows is printed, in its order. `…` stands for anything, and a day for any day."""
    lines = iter(said.splitlines())
    for shown in step.shown:
        parts = (DAY.sub("2000-01-01", part) for part in shown.split("…"))
        wanted = re.compile(".*".join(map(re.escape, parts)))
        assert any(wanted.fullmatch(DAY.sub("2000-01-01", line)) for line in lines), (step.command, shown, said)


def fact(said: str, subject: str) -> str:
    """What a command said about `subject`, in its one line."""
    (found,) = re.findall(rf"^  {subject} +(.+)$", said, re.M)
    return str(found)


def words_of(said: str) -> str:
    """The six words of a request, which two people compare."""
    return fact(said, "its words")
