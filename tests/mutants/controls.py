"""The security controls of docs/controls.csv: each is taken out once, and the test that it names must notice."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.points import Point


@dataclass(frozen=True)
class Control:
    """Without it `before`, which stands once in `file`, would be `after`; `test` (file::name) notices that."""

    name: str
    file: str
    before: str
    after: str
    test: str

    def point(self, root: Path) -> Point:
        """Raises `ValueError` unless `before` stands once in its file under `root`."""
        source, before = (root / self.file).read_bytes(), self.before.encode()
        if source.count(before) != 1:
            raise ValueError(f"{self.name}: it does not stand once in {self.file}")
        start = source.index(before)
        return Point(self.file, start, start + len(before), self.after.encode())

    @property
    def arguments(self) -> Sequence[str]:
        """For pytest: the test alone, in whatever class it stands."""
        path, _, name = self.test.partition("::")
        return [path, "-k", f"{name} and not postgresql"]


def controls(root: Path) -> Sequence[Control]:
    with (root / "docs" / "controls.csv").open(encoding="utf-8", newline="") as file:
        return [Control(*row) for row in list(csv.reader(file))[1:]]
