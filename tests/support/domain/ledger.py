"""Two releases in an invented ledger: proposed, approved and sent."""

from __future__ import annotations

from typing import Any

from testimony.domain.ledger.acts import Act
from testimony.domain.ledger.batch import Contents
from testimony.domain.ledger.ledger import Ledger
from tests.support.domain.ledger_entries import Log, hexed

FIRST, SECOND = hexed("first", 16), hexed("second", 16)


def reason(held: Ledger) -> str:
    """Why the last entry counts for nothing."""
    return held.overtaken[-1].reason if held.overtaken else ""


def proposed(log: Log, name: str, contents: Contents, **more: Any) -> Ledger:
    return log.say(Act.BATCH, log.batch(name, contents, **more))


def left(log: Log, name: str, contents: Contents, **more: Any) -> Ledger:
    held = proposed(log, name, contents, **more)
    assert name in held.batches, held.overtaken
    log.say(Act.APPROVE, {"batch": name}, by="ben")
    return log.say(Act.LEAVE, {"batch": name, "recipients": tuple(held.batches[name].files)})
