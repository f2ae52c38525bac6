"""Invented entries about published tables, at their places in a log, as two coordinators say them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from testimony.domain.errors import EventUnreadable
from testimony.domain.tables.acts import Act, Contents, Entry, member
from testimony.domain.tables.ledger import Settled, Signed, TablesLedger, fold
from testimony.domain.tables.offsets import CellName
from testimony.domain.tables.periods import Period
from testimony.domain.tables.plan import Plan
from testimony.domain.tables.published import Published

DAY: Final = date(2027, 1, 5)
PLAN: Final = Plan.fitting(2026, 1000, borders=["HRV-BIH"], codebook="1")


def contents(
    period: str, accounts: Iterable[int], *, number: int = 60, edition: int = 1, plan: Plan = PLAN, layer: int = 0
) -> Contents:
    """Numbers of a period that counts these accounts; there is one number, of all."""
    made = Published(
        plan=plan.digest,
        period=period,
        edition=edition,
        layer=layer or plan.layers[Period.of(period).kind],
        rows={"border": ("HRV-BIH",)},
        levels={},
        capped=False,
        numbers={CellName.of({}, period=period, edition=edition): number},
    )
    return Contents(published=made, members=frozenset(member(f"{one:064x}"[::-1]) for one in accounts))


@dataclass
class Log:
    """Central's log. Each word goes to its end, or with `logged=False` has not come back."""

    entries: list[Signed] = field(default_factory=list)
    held: dict[str, Contents] = field(default_factory=dict)

    def say(self, by: str, act: Act, *, may: bool = True, logged: bool = True, day: date = DAY, **said: Any) -> str:
        name = f"{len(self.entries) + 1:064x}"
        place = (0, len(self.entries)) if logged else None
        entry = Entry(act=act, day=day, said=said)
        self.entries.append(Signed(name=name, by=by, may=may, entry=entry, place=place))
        return name

    def secret(self, *people: str, generation: int = 1, **more: Any) -> None:
        for at, by in enumerate(people):
            share = f"{16 * generation + at:02x}" * 32
            self.say(by, Act.SECRET, generation=generation, share=share, reason="first", **more)

    def plan(self, by: str, plan: Plan = PLAN, **more: Any) -> str:
        return self.say(by, Act.PLAN, plan=plan.to_value(), **more)

    def numbers(self, by: str, made: Contents, *, generation: int = 1, **more: Any) -> str:
        name = self.say(by, Act.NUMBERS, generation=generation, parts=("ab" * 32,), sha256="cd" * 32, **more)
        self.held[name] = made
        return name

    def agree(self, by: str, about: str, **more: Any) -> str:
        return self.say(by, Act.AGREE, about=about, **more)

    def published(self, made: Contents, **more: Any) -> str:
        name = self.numbers("anna", made, **more)
        self.agree("boris", name)
        return name

    def fold(self, *settled: Settled) -> TablesLedger:
        def unpack(signed: Signed) -> Contents:
            if signed.name not in self.held:
                raise EventUnreadable("structure")
            return self.held[signed.name]

        return fold(self.entries[::-1], unpack, settled=settled)


def begun() -> Log:
    """With a secret and a plan of two people."""
    log = Log()
    log.secret("anna", "boris")
    log.agree("boris", log.plan("anna"))
    return log
