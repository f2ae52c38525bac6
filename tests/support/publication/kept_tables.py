"""A whole small file of published tables, kept as the first version wrote it, with the numbers that it was made from.

`python -m tests.support.publication.kept_tables` writes it for a new form of the file. What is kept is never changed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from testimony import canonical
from testimony.domain.tables.count import CONSENT, REVIEW, Count
from testimony.domain.tables.periods import Period
from testimony.domain.tables.plan import Plan
from testimony.domain.tables.published import Published
from testimony.publication.tables import file
from tests.support.domain.told_accounts import account, population
from tests.support.publication.published_tables import OFFSETS

FOLDER: Final = Path(__file__).parents[2] / "vectors" / "tables"
FIRST: Final = FOLDER / "1"
PLAN: Final = Plan.fitting(2026, 2000, borders=["HRV-BIH", "ROU-UKR"], codebook="1")


def numbers() -> Published:
    """All tables of a few invented accounts, fewer than a period needs, so that the file is small."""
    told = {"dead": frozenset({"told"}), "missing": frozenset({"told"})}
    deaths = [account(900 + n, border="GRC-TUR", told=told, person=f"p{n}", incident=f"i{n}") for n in range(20)]
    accounts = [*(one for one in population(60, 2) if one.border == "GRC-TUR"), *deaths]
    held = [("GRC-TUR", CONSENT)] * 12 + [("HRV-BIH", REVIEW)] * 4
    return Count(accounts, PLAN, Period.of("2026"), 4, OFFSETS, 1).published(held)


def kept(folder: Path) -> tuple[Published, Plan, bytes]:
    """The numbers, the plan and the file."""
    value = canonical.decode_object((folder / "published.json").read_bytes())
    return Published.parse(value["published"]), Plan.parse(value["plan"]), (folder / "tables.zip").read_bytes()


def write() -> None:
    folder = FOLDER / str(len(list(FOLDER.glob("*"))) + 1)
    folder.mkdir(parents=True)
    made = numbers()
    value = {"published": made.to_value(), "plan": PLAN.to_value()}
    (folder / "published.json").write_bytes(canonical.encode(value))
    (folder / "tables.zip").write_bytes(file.build(made, PLAN))


if __name__ == "__main__":
    write()
