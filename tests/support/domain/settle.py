"""Ledgers that two desks wrote apart, and how they are settled."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from testimony.domain.ledger.acts import Act
from testimony.domain.ledger.ledger import Ledger
from tests.support.domain.ledger import FIRST, SECOND, left
from tests.support.domain.ledger_entries import FLOOR, Log, hexed, holding, of, opened

THIRD = hexed("third", 16)


def members(*numbers: range) -> set[str]:
    return {of("member", n) for some in numbers for n in some}


def other_branch(log: Log) -> Log:
    """From what is there now on another one is written, of which `log` hears nothing until `meet`."""
    return Log(entries=list(log.entries), held=log.held, count=1000)


def meet(log: Log, other: Log) -> list[str]:
    """What the other branch wrote comes into the log behind; the heads of both."""
    known = {one.name for one in log.entries}
    heads = [log.ledger().head, other.ledger().head]
    for one in other.entries:
        if one.name not in known:
            log.log(replace(one, place=None))
    return heads


def forked() -> tuple[Log, list[str]]:
    """Both branches let a batch leave; testimonies 3, 4 and 5 are in both."""
    log = opened()
    other = other_branch(log)
    left(log, FIRST, holding(FIRST, range(6)))
    left(other, SECOND, holding(SECOND, range(3, 9)))
    return log, meet(log, other)


def settle(log: Log, *, closed: tuple[str, ...] = (), heads: tuple[str, ...] = (), by: str = "ana ben") -> Ledger:
    said: dict[str, Any] = {"closed": closed, "heads": tuple(sorted(heads))}
    for person in by.split():
        log.say(Act.SETTLE, said, by=person)
    return log.ledger()


def closed_entry(log: Log, act: Act = Act.AUXILIARY) -> str:
    """Something that ana wrote and that opens at her desk alone; its name."""
    said = {"members": (of("member", 30),)} if act is Act.AUXILIARY else {"profile": {**FLOOR, "k": 6}}
    log.say(act, said)
    return log.entries[-1].name
