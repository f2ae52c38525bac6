"""The search finds what looking at every vector finds, and its bounds hold."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest

from testimony.anonymity import search as searching
from testimony.anonymity.hierarchies import MISSING, Hierarchy, from_table
from testimony.anonymity.lattice import Lattice, Vector
from testimony.anonymity.loss import UNIT
from testimony.anonymity.pool import Pool, Record, Schema
from testimony.anonymity.search import cost, search
from testimony.anonymity.validity import Rule
from tests.support.anonymity.populations import SCHEMA, population

RULE = Rule(k=5, m=2, alpha=0.5)
LETTERS = from_table("letter", ("letter", "half"), {one: ("low" if one < "e" else "high",) for one in "abcdefgh"})
DIGITS = from_table(
    "digit", ("digit", "pair", "side"), {str(one): (f"p{one // 2}", f"s{one // 4}") for one in range(8)}
)
SIGNS = from_table("sign", ("sign",), {"x": (), "y": (), "z": ()})
SMALL = Schema(attributes=(LETTERS, DIGITS, SIGNS))


def small(seed: int, size: int = 150) -> list[Record]:
    dice = random.Random(seed)
    made = []
    for _ in range(size):
        values = (
            dice.choice("aaabbcdefgh"),
            str(min(7, int(dice.paretovariate(0.7)))),
            dice.choice(("x", "y", MISSING)),
        )
        made.append(
            Record(
                values=values,
                person=str(dice.randrange(size)),
                incident=str(dice.randrange(size // 4)) if dice.random() < 0.8 else "",
            )
        )
    return made


def lattice_of(records: list[Record], schema: Schema, rule: Rule = RULE) -> Lattice:
    pool = Pool.from_records(records, schema)
    return Lattice(pool.columns, pool.person, pool.incident, np.arange(len(pool)), rule)


def vectors(schema: Schema) -> list[Vector]:
    return list(itertools.product(*(range(top + 1) for top in schema.ceilings)))


def by_hand(records: list[Record], schema: Schema, vector: Vector, price: float) -> float:
    """The cost of `vector` with dictionaries and sets alone."""
    labels = [
        tuple(
            one.ladder(value)[level] for one, value, level in zip(schema.attributes, record.values, vector, strict=True)
        )
        for record in records
    ]
    total = 0
    for label in set(labels):
        of_class = [record for record, own in zip(records, labels, strict=True) if own == label]
        if is_valid(of_class):
            total += sum(
                _penalty(records, one, column, value, vector[column])
                for record in of_class
                for column, (one, value) in enumerate(zip(schema.attributes, record.values, strict=True))
            )
        else:
            total += round(price * UNIT * len(vector)) * len(of_class)
    return float(total)


def is_valid(of_class: list[Record]) -> bool:
    persons = {one.person for one in of_class}
    incidents = {one.incident for one in of_class} - {""}
    return len(persons) >= RULE.k and len(incidents) >= RULE.m


def _penalty(records: list[Record], hierarchy: Hierarchy, column: int, value: str, level: int) -> int:
    told = {record.values[column] for record in records}
    alike = {one for one in told if hierarchy.ladder(one)[level] == hierarchy.ladder(value)[level]}
    return (len(alike) - 1) * UNIT // max(1, len(told) - 1)


@pytest.mark.parametrize("seed", range(20))
def test_the_search_finds_what_looking_at_every_vector_finds(seed: int) -> None:
    lattice = lattice_of(small(seed), SMALL)
    for price in (0.1, 0.4, 1.0):
        found = search(lattice, price)
        everything = [(cost(lattice, vector, price), vector) for vector in vectors(SMALL)]
        assert (found.cost, found.vector) == min(everything)


@pytest.mark.parametrize("seed", range(3))
def test_a_vector_costs_what_sets_and_dictionaries_say(seed: int) -> None:
    records = small(seed, 60)
    lattice = lattice_of(records, SMALL)
    for vector in vectors(SMALL):
        assert cost(lattice, vector, 0.4) == by_hand(records, SMALL, vector, 0.4)


def test_coarser_classes_never_lose_a_record_that_had_enough() -> None:
    lattice = lattice_of(small(7), SMALL)
    kept = {
        vector: lattice.enough(table)[table.cell_to] for vector in vectors(SMALL) for table in [lattice.table(vector)]
    }
    for fine, coarse in itertools.product(kept, repeat=2):
        if all(a <= b for a, b in zip(fine, coarse, strict=True)):
            assert not (kept[fine] & ~kept[coarse]).any()


def test_tables_rolled_up_are_those_made_anew() -> None:
    records = population(400, 3)
    warm = lattice_of(records, SCHEMA)
    dice = random.Random(1)
    for _ in range(60):
        vector = tuple(dice.randint(0, top) for top in SCHEMA.ceilings)
        made, again = lattice_of(records, SCHEMA).table(vector), warm.table(vector)
        assert [one.tolist() for one in made.codes] == [one.tolist() for one in again.codes]
        assert made.persons.counts().tolist() == again.persons.counts().tolist()
        assert made.incidents.counts().tolist() == again.incidents.counts().tolist()
        assert made.rows.tolist() == again.rows.tolist()


def test_many_records_are_searched_within_the_tolerance(monkeypatch: pytest.MonkeyPatch) -> None:
    records = population(1_500, 5)
    least = search(lattice_of(records, SCHEMA), 0.3)
    monkeypatch.setattr(searching, "EXACT_BELOW", 100)
    near = search(lattice_of(records, SCHEMA), 0.3)
    assert least.cost <= near.cost <= least.cost * (1 + searching.TOLERANCE)
    assert near.looked_at <= least.looked_at


def test_the_search_looks_at_a_small_part_of_the_lattice() -> None:
    assert search(lattice_of(population(1_000, 2), SCHEMA), 0.15).looked_at < len(vectors(SCHEMA)) / 8


@pytest.mark.parametrize(
    ("size", "seed", "price", "looks"), [(1_000, 2, 0.15, 91), (400, 3, 0.3, 177), (600, 4, 0.5, 198)]
)
def test_the_search_cuts_where_most_is_lost_and_counts_what_it_looks_at(
    size: int, seed: int, price: float, looks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    lattice, seen = lattice_of(population(size, seed), SCHEMA), list[Vector]()
    plain = Lattice.table
    monkeypatch.setattr(Lattice, "table", lambda self, vector: (seen.append(vector), plain(self, vector))[1])  # type: ignore[func-returns-value]
    assert search(lattice, price).looked_at == len(seen) == looks
    assert len(set(seen)) == len(seen)


def test_of_two_vectors_that_cost_the_same_the_first_is_taken() -> None:
    """Nobody differs in anything, so that no level costs anything."""
    records = [Record(values=("a", "0", "x"), person=str(one), incident=str(one)) for one in range(9)]
    assert search(lattice_of(records, SMALL), 1.0).vector == (0, 0, 0)
    nobody = [Record(values=("a", "0", "x"), person="1", incident="1") for _ in range(9)]
    found = search(lattice_of(nobody, SMALL), 0.5)
    assert (found.vector, found.cost) == ((0, 0, 0), 9 * round(0.5 * UNIT * 3))


def test_weights_count_the_loss_of_an_attribute_more_than_once() -> None:
    pool = Pool.from_records(small(3, 80), SMALL)
    of = (pool.columns, pool.person, pool.incident, np.arange(len(pool)), RULE)
    plain, heavy = Lattice(*of), Lattice(*of, weights=(1, 3, 1))
    assert (plain.weights, heavy.weights) == ((1, 1, 1), (1, 3, 1))
    for attribute, factor in enumerate((1, 3, 1)):
        level = tuple(int(one == attribute) for one in range(3))
        assert heavy.losses(level).tolist() == [factor * one for one in plain.losses(level).tolist()]
        assert heavy.mean(attribute, 1) == factor * plain.mean(attribute, 1)
    assert searching.price_of(heavy, 0.5) == 0.5 * UNIT * 5


@pytest.mark.parametrize(("room", "kept"), [(0, 1), (24_000_000, 2)])
def test_small_tables_stay_in_memory_as_far_as_there_is_room(
    monkeypatch: pytest.MonkeyPatch, room: int, kept: int
) -> None:
    lattice = lattice_of(population(400, 3), SCHEMA)
    top = lattice.table(lattice.top)
    assert top.weight == len(top.cell_to) + len(top.rows) * (3 + len(top.codes)) + 2 * len(top.persons.where)
    lattice = lattice_of(population(400, 3), SCHEMA)
    monkeypatch.setattr("testimony.anonymity.lattice.KEPT", room)
    lattice.table(lattice.top)
    assert len(lattice._kept) == kept
    assert (lattice.table(lattice.top) is lattice.table(lattice.top)) is (kept == 2)
