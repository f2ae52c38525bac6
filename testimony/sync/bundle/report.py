"""The report of an import, and its progress while it runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from testimony.sealing.bundle import bundle
from testimony.sealing.bundle.bundle import Header
from testimony.services.custody.gaps import Gaps
from testimony.store.files import removable
from testimony.sync.bundle import survey as bundle_survey
from testimony.sync.errors import BundleRefused

OWN: Final = frozenset({"own", "written"})
"""Reasons that leave nothing undone here: this station wrote the file itself."""
PASSED_BY: Final = OWN | {"delivery", "answer", "another", "format"}
"""Reasons that are no error when a whole stick is read: these files are meant for another station."""
Told = Callable[[int], object]
"""What a progress bar is told: so many bytes more were read. The file is read twice."""


@dataclass(kw_only=True)
class ImportReport:
    """The result of importing a file. `sender`: an id of the roster, "" when nobody known signed the header.

    `sealed`: it is from end to end what its sender wrote; `torn`: it broke off or is damaged, and what came before was
    taken in. `records` in it, of which `held` are here completely and `refused` broke a rule. In an answer: `receipts`
    that were believed, `entries` of the log that are new here, and whether the log was `read` to its end.
    `for_another`: it is for another station, and only what this one lacks was taken from it. `left_out`: what central's
    log names and this station still lacks.
    """

    header: Header
    sender: str = ""
    sealed: bool = False
    torn: bool = False
    last: bool = False
    records: int = 0
    objects: int = 0
    held: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    receipts: int = 0
    entries: int = 0
    read: bool = False
    for_another: bool = False
    left_out: Gaps = field(default_factory=Gaps)

    @property
    def lacking(self) -> int:
        """Records of the file that are neither here completely nor refused."""
        return max(self.records - self.held - len(self.refused), 0)


def in_order(files: Sequence[Path]) -> list[Path]:
    """Deliveries, then answers by where the log begins in them, each bundle by its numbers; the rest by name, last."""
    return sorted(files, key=_order)


def _order(path: Path) -> tuple[bool, str, int, str, int, str]:
    try:
        with removable.reading(path) as source:
            said = bundle.parse_header(bundle_survey.opening(source))
    except BundleRefused:
        return True, "", 0, "", 0, path.name
    return False, f"{said.kind == bundle.ANSWER} {said.day}", said.read, said.id, said.no, path.name
