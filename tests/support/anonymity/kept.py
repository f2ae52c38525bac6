"""What the engine makes of invented pools, and each value at each of its levels.

`python -m tests.support.anonymity.kept` notes it anew; the change of each shows in the diff.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

from testimony.anonymity import class_table, remainder, risk
from testimony.anonymity import profile as profiles
from testimony.anonymity.field_hierarchies import distances, place_kinds, span, standard
from testimony.anonymity.frozen_profile import walk
from testimony.anonymity.pool import Pool, Record, Schema
from testimony.anonymity.small_counts import least_shown
from testimony.anonymity.validity import PUBLIC, SAFE, TRUSTED, Preset
from tests.support.anonymity.populations import MARKS, SCHEMA, SEGMENTS, population
from tests.support.domain import statements

FILE: Final = Path(__file__).parents[2] / "vectors" / "anonymity.json"
DATES: Final = (
    *(f"2022-{month:02d}" for month in range(1, 13)), "2022-01..2022-03", "2022-10..2022-12", "2022-02..2022-04",
    "2022-01..2022-04", "2022-01..2022-02", "2022-01..2021-03", "2021", "1899", "1900", "2199", "2200", "2022-13",
    "2022-00",
)  # fmt: skip
PLACES: Final = (*SEGMENTS, "HRV-BIH", "hrv-bih:north", "HRV-BIH:" + "a" * 32, "HRV-BIH:" + "a" * 33, "HRVV-BIH:all")


def _released(preset: Preset, size: int, seed: int, *, first: int = profiles.FIRST_TIERS) -> dict[str, Any]:
    """The profile of a pool, and the batch of the next one by it."""
    made = profiles.make(Pool.from_records(_with_gaps(population(size, seed, recipients=True)), SCHEMA), preset)
    pool = Pool.from_records(_with_gaps(population(size, seed + 1, recipients=True)), SCHEMA)
    batch = walk(pool, made.profile.faster(first), name="b" * 32)
    table = class_table.table(batch, pool)
    return {
        "profile": made.profile.value,
        "found": [[list(tier.vector), tier.published, tier.looked_at] for tier in made.tiers],
        "records": [made.records, made.published, round(made.mean_loss, 9)],
        "lost": [round(one, 9) for one in made.loss],
        "rows": [_row(row) for row in table.rows],
        "totals": {" ".join(group): dict(totals) for group, totals in table.totals.items()},
        "parts": {to: len(table.for_recipient(to).rows) for to in ("P06", "P07", "P10")},
        "members": [[one.persons, one.incidents, list(one.flagged), one.members[:3].tolist()] for one in batch.classes],
        "waiting": [len(batch.waiting), batch.waiting[:5].tolist(), batch.published],
        "risk": {name: _rounded(value) for name, value in asdict(risk.assess(batch, pool, table)).items()},
        "remainder": remainder.by_label(batch, pool),
        "asked": [asdict(one) for one in remainder.asked(batch, pool)],
    }


def _row(row: class_table.TableRow) -> str:
    counts = " ".join("-" if count is None else str(count) for count in row.counts.values())
    return f"{row.id} {row.tier} {' '.join(row.recipients)} | {' '.join(row.labels)} | {row.n} | {counts}"


def _with_gaps(records: Sequence[Record]) -> list[Record]:
    """Some waited for a batch or two, and some were not asked everything."""
    dice = random.Random(len(records))
    return [
        replace(
            one,
            waited=dice.choice((0, 0, 0, 1, 2)),
            unknown=frozenset(dice.sample(MARKS, dice.choice((0, 0, 1)))),
            unasked=frozenset(dice.sample(MARKS, dice.choice((0, 0, 2)))),
        )
        for one in records
    ]


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 9)
    return [_rounded(one) for one in value] if isinstance(value, tuple) else value


def _ladders() -> dict[str, Any]:
    """Attribute -> its levels, and each value's labels at them."""
    found: dict[str, Any] = {}
    for one in (*standard(SEGMENTS), place_kinds(), distances()):
        values = {"date": DATES, "place": PLACES}.get(one.name, one.domain)
        ladders = {value: " < ".join(one.ladder(value)) for value in (*values, "missing", "strange")}
        found[one.name] = {"levels": " < ".join(one.levels), "values": ladders}
    return found


def _spans() -> dict[str, Any]:
    return {label: _answer(span, label) for label in (*DATES, "2022-01..2024-12", "2022-1", "", "2022-01..2022")}


def _answer(rule: Callable[[str], Any], value: str) -> Any:
    try:
        return rule(value)
    except ValueError as refused:
        return str(refused)


def _small_counts() -> dict[str, Any]:
    """Counts -> from which number on they are shown."""
    dice = random.Random(1)
    counts = [
        sorted(dice.choices((0, 1, 2, 3, 4, 5, 6, 9, 10, 11, 19, 20, 40), k=dice.randint(1, 6))) for _ in range(250)
    ]
    return {" ".join(map(str, one)): least_shown(one) for one in counts}


def _totals() -> dict[str, Any]:
    dice = random.Random(2)
    counts = [sorted(dice.choices(range(6), k=dice.randint(1, 6))) for _ in range(150)]
    return {" ".join(map(str, one)): class_table.total(one) for one in counts}


def _presets() -> dict[str, Any]:
    prices = (1.0, 0.5, 0.15)
    return {
        one.id: asdict(one) | {"lambdas": one.lambdas, "before": [one.before(price) for price in prices]}
        for one in (TRUSTED, PUBLIC, SAFE)
    }


def _profile_read() -> dict[str, Any]:
    made = profiles.make(Pool.from_records(population(200, 5), SCHEMA), PUBLIC).profile.value
    return dict(statements.fields(lambda value: profiles.Profile.read(value).value, made))


def _nobody() -> dict[str, Any]:
    """Of no record at all, and of a schema of one attribute."""
    empty = Schema(attributes=SCHEMA.attributes[:1])
    made = profiles.make(Pool.from_records([], empty), TRUSTED)
    return {"profile": made.profile.value, "lost": made.loss, "published": made.published}


STATED: Final[Mapping[str, Callable[[], Any]]] = {
    "release to a network": lambda: _released(TRUSTED, 1_500, 21),
    "release to the public": lambda: _released(PUBLIC, 1_200, 31, first=1),
    "safe release": lambda: _released(SAFE, 1_500, 41, first=4),
    "nobody": _nobody,
    "ladders": _ladders,
    "spans": _spans,
    "small counts": _small_counts,
    "totals": _totals,
    "presets": _presets,
    "profile as it is read": _profile_read,
}


def stated(name: str) -> Any:
    """As it is noted: in JSON."""
    return json.loads(json.dumps(STATED[name]()))


def noted() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
    return found


def write(names: Iterable[str] = STATED) -> None:
    FILE.write_text(json.dumps({name: stated(name) for name in names}, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    write()
