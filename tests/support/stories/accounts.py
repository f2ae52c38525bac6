"""Invented accounts, as they come in: heavy tails, families, people who tell again, and who say less.

The truth about them is known here, as nobody else knows it: who is who, and which accounts tell of one incident.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from testimony.anonymity.hierarchies import MISSING
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from tests.support.stories import voices
from tests.support.stories.voices import VOICES

WAVES: Final = (range(230), range(230, 320), range(320, 400))
"""Accounts that are cleared one after another: what each of three releases is made from."""
MANY: Final = WAVES[-1].stop
NAME: Final = "Quendoline Example"
BOTH, NUMBERS, MECHANISM, LAWYERS, KEPT = "both", "numbers", "mechanism", "lawyers", "kept"
CONSENTS: Final = {
    BOTH: ("P01", "P04", "P06", "P07"),
    NUMBERS: ("P01", "P04", "P06"),
    MECHANISM: ("P01", "P04", "P07"),
    LAWYERS: ("P01", "P04"),
    KEPT: ("P01",),
}
RECIPIENTS: Final = ("P06", "P07")
FEW: Final = 9
"""How many agreed to the mechanism alone: fewer than any line may stand for."""
SEGMENTS: Final = ("HRV-BIH:north", "HRV-BIH:south", "GRC-TUR:evros", "HRV-BIH:all", "GRC-TUR:lesvos", "POL-BLR:all")
NATIONS: Final = ("AFG", "SYR", "PAK", "IRQ", "MAR", "BGD", "IRN", "TUR", "SOM", "ERI", "GIN", "CMR", "CUB")
AGES: Final = ("a15to17", "a18to24", "a25to34", "a35to44", "a45to59", "a60plus")
SIZES: Final = {1: "s1", 4: "s2to5", 7: "s6to10", 15: "s11to20", 30: "s21to50", 399: "sgt100"}
PREVIOUS: Final = ("p0", "p1", "p2to4", "p5to9", "p10plus")
ACTS: Final = {
    "beat": ("force_body", 55), "insult": ("psych", 55), "dog": ("dogs", 12), "undress": ("undress", 8),
    "gun_fired": ("firearm", 9), "drive": ("vehicle", 20), "boat_waves": ("water_sea", 7), "sexual": ("sexual", 2),
}  # fmt: skip
"""What was done -> (the family that is counted, of a hundred people how many tell of it)."""
UNKNOWN_COUNTRY: Final = "XXX"


@dataclass(frozen=True, kw_only=True)
class Account:
    """One telling. `says`: of each quasi-identifier what is told, at its floor; `acts`: the codes of what was done."""

    number: int
    person: int
    incident: int
    says: dict[str, str]
    acts: tuple[str, ...]
    size: int | None
    consent: str
    sealed: SealedTestimony = field(repr=False)

    @property
    def tid(self) -> str:
        return str(self.sealed.record.value["tid"])

    @property
    def manifest(self) -> str:
        """The name of its record."""
        return self.sealed.record.id

    @property
    def families(self) -> frozenset[str]:
        return frozenset(ACTS[act][0] for act in self.acts if act in ACTS)

    @property
    def recipients(self) -> frozenset[str]:
        """Those of a release who may have it counted."""
        return frozenset(RECIPIENTS).intersection(CONSENTS[self.consent])


@dataclass(frozen=True, kw_only=True)
class Telling:
    """An account before it is sealed."""

    person: int
    incident: int
    says: dict[str, str]
    acts: tuple[str, ...]
    size: int | None


def seal(made: Organisation, code: Signer, many: int = MANY) -> list[Account]:
    """The first ones, taken down one after another in the last days; `code` takes any of them back."""
    chain, now, consents = RosterChain(made.root, [made.roster]), datetime.now(UTC), _consents(many)
    found = []
    for number, telling in enumerate(tellings()[:many]):
        sealed = demo.seal_invented(
            made,
            chain,
            _told(number, telling, consents[number]),
            number=number,
            taken_down=now - timedelta(minutes=5 * (many - number)),
            withdraw=code.public_keys[0].pub.hex(),
        )
        found.append(Account(number=number, consent=consents[number], sealed=sealed, **vars(telling)))
    return found


def tellings(seed: int = 10) -> list[Telling]:
    """In the order in which they are told: one to six of each incident, a sixth by somebody who told before."""
    dice = random.Random(seed)
    found: list[Telling] = []
    incident = 0
    while len(found) < MANY:
        incident += 1
        month, segment = f"2025-{dice.randint(1, 12):02}", _skewed(dice, SEGMENTS)
        size = dice.choice(tuple(SIZES)) if dice.random() < 0.85 else None
        for _ in range(min(dice.choice((1, 1, 1, 2, 3, 6)), MANY - len(found))):
            found.append(_telling(dice, found, incident, month, segment, size))
    return found


def _telling(
    dice: random.Random, before: Sequence[Telling], incident: int, month: str, segment: str, size: int | None
) -> Telling:
    again = dice.choice(before) if before and dice.random() < 0.16 else None
    person = {name: again.says[name] for name in ("age", "gender", "nat")} if again else _person(dice)
    if again and dice.random() < 0.3:
        person["nat"] = MISSING  # says less the second time: only who knows them knows that it is the same person
    says = {
        "date": month if dice.random() < 0.9 else month[:4],
        "place": segment if dice.random() < 0.97 else MISSING,
        **person,
        "size": SIZES[size] if size else MISSING,
        "prev": dice.choice(PREVIOUS) if dice.random() < 0.9 else MISSING,
    }
    acts = tuple(act for act, (_, often) in ACTS.items() if dice.randrange(100) < often)
    return Telling(
        person=again.person if again else len(before), incident=incident, says=says, acts=acts or ("none",), size=size
    )


def _person(dice: random.Random) -> dict[str, str]:
    return {
        "age": dice.choices(AGES, (10, 33, 26, 16, 10, 5))[0],
        "gender": dice.choices(("m", "f", "x", MISSING), (66, 30, 1, 3))[0],
        "nat": _skewed(dice, NATIONS) if dice.random() < 0.95 else MISSING,
    }


def _skewed(dice: random.Random, values: Sequence[str]) -> str:
    """The first ones very often, the last ones hardly ever."""
    return values[min(int(dice.paretovariate(0.8)) - 1, len(values) - 1)]


def _consents(many: int, seed: int = 11) -> list[str]:
    dice = random.Random(seed)
    found = dice.choices((BOTH, NUMBERS, LAWYERS, KEPT), (72, 17, 7, 4), k=many)
    for number in dice.sample(range(many), FEW):
        found[number] = MECHANISM
    return found


def _told(number: int, telling: Telling, consent: str) -> dict[str, Any]:
    base, voice, says = demo.invented()[4], VOICES[voices.language(number)], telling.says
    left, entered = says["place"].partition(":")[0].split("-") if says["place"] != MISSING else ("", "")
    exact = says["date"] if len(says["date"]) == len("2025") else f"{says['date']}-10"
    asked = {
        "i_date": exact,
        "i_date_prec": "day" if exact != says["date"] else "year",
        "i_segment": says["place"] if left else None,
        "i_from": left or None,
        "i_to": entered or None,
        "w_age": says["age"],
        "w_gender": None if says["gender"] == MISSING else says["gender"],
        "w_nat": UNKNOWN_COUNTRY if says["nat"] == MISSING else says["nat"],
        "w_prev": None if says["prev"] == MISSING else says["prev"],
        "g_size": telling.size,
        "v_acts": list(telling.acts),
    }
    incident = {name: value for name, value in {**base["incident"], **asked}.items() if value is not None}
    return {
        **base,
        "about": f"number {number}",
        "lang": voices.language(number),
        "script": voice.script,
        "purposes": list(CONSENTS[consent]),
        "also": [],
        "identity": {"w_name": f"{NAME} {number}", "w_contact": "not a real number"},
        "text": voices.statement(number),
        "incident": incident,
    }
