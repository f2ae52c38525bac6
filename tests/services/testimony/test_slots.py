"""Who else can open a testimony: a desk counts the readers of each part, and says when it was left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from testimony.sealing.age.recipients import OpeningKey, Recipient
from testimony.sealing.parts.part import seal_part
from testimony.sealing.roster.chain import Roster, RosterChain
from testimony.sealing.testimony import testimony
from testimony.sealing.testimony.media import Medium
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.sealing.verification import Holds
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from tests.support.services.batches import NOW, told
from tests.support.services.desks import Desk, desks

STRANGER = OpeningKey.generate().recipient
PICTURE = Medium(kind="picture", type="image/jpeg", data=b"\xff\xd8\xff" + bytes(40))


@pytest.fixture
def at(homes: Path, organisation: Organisation) -> Iterator[dict[str, Desk]]:
    with desks(homes, organisation) as found:
        yield found


Change = Callable[[str, str, list[Recipient]], list[Recipient]]
"""(part, audience, the readers that the roster and the consent give) -> those to whom it is sealed."""


def arrived(
    desk: Desk, organisation: Organisation, change: Change, monkeypatch: pytest.MonkeyPatch, *, version: int = 2
) -> dict[str, Any]:
    """Findings about slots at `desk`, by code the parts, of a testimony that a changed program sealed."""
    original = seal_part

    def altered(content: bytes, *, part: str, audiences: Any, **given: Any) -> Any:
        changed = {name: (change(part, name, list(readers)), slots) for name, (readers, slots) in audiences.items()}
        return original(content, part=part, audiences=changed, **given)

    with monkeypatch.context() as changed_program:
        changed_program.setattr(testimony, "seal_part", altered)
        sealed = invented(organisation, version)
    assert {status.status for status in take_in(desk.central, demo.incoming(sealed)).statuses} == {"stored"}
    desk.exchange()
    opened = desk.open(str(sealed.record.value["tid"]))
    found: dict[str, Any] = {"seal": opened.seal}
    for one in opened.findings:
        if one.subject == "slots":
            found.setdefault(one.code, []).append(one.values["part"])
    return found


def invented(organisation: Organisation, version: int) -> SealedTestimony:
    chain = RosterChain(organisation.root, [organisation.roster])
    account = {**told(0, ("P01", "P04", "P06")), "also": ["P02", "P03"]}
    return demo.seal_invented(
        organisation, chain, account, number=0, taken_down=NOW, withdraw=None, media=[PICTURE], version=version
    )


def own(roster: Roster, person: str) -> Recipient:
    return dict(roster.readers("lawyers"))[person]


def test_an_honest_testimony_has_no_finding(
    at: dict[str, Desk], organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert arrived(at["lawyer-1"], organisation, lambda _part, _name, given: given, monkeypatch) == {"seal": Holds.YES}


@pytest.mark.parametrize("part", ["narrative", "coded", "media-001"])
def test_a_stranger_in_a_free_slot_is_found(
    at: dict[str, Desk], organisation: Organisation, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    def with_stranger(name: str, audience: str, given: list[Recipient]) -> list[Recipient]:
        return [*given, STRANGER] if (name, audience) == (part, "lawyers") else given

    found = arrived(at["lawyer-1"], organisation, with_stranger, monkeypatch)
    assert found == {"seal": Holds.NO, "slots.stranger": ["media" if part == "media-001" else part]}


def test_a_coordinator_finds_a_stranger_among_coordinators(
    at: dict[str, Desk], organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def with_stranger(name: str, audience: str, given: list[Recipient]) -> list[Recipient]:
        return [*given, STRANGER] if (name, audience) == ("coded", "coordinators") else given

    found = arrived(at["coordinator-1"], organisation, with_stranger, monkeypatch)
    assert found["slots.stranger"] == ["coded"]


def test_the_reader_in_whose_place_a_stranger_stands_says_so(
    at: dict[str, Desk], organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain = RosterChain(organisation.root, [organisation.roster])
    me = own(chain.latest, "lawyer-1")

    def in_my_place(name: str, audience: str, given: list[Recipient]) -> list[Recipient]:
        return (
            [STRANGER if one == me else one for one in given] if (name, audience) == ("narrative", "lawyers") else given
        )

    found = arrived(at["lawyer-1"], organisation, in_my_place, monkeypatch)
    assert found == {"seal": Holds.NO, "slots.displaced": ["narrative"]}


def test_what_the_witness_closed_is_no_finding(
    at: dict[str, Desk], organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain = RosterChain(organisation.root, [organisation.roster])
    sealed = demo.seal_invented(
        organisation, chain, told(0, ("P01", "P06")), number=0, taken_down=NOW, withdraw=None, version=2
    )
    desk = at["lawyer-1"]
    take_in(desk.central, demo.incoming(sealed))
    desk.exchange()
    opened = desk.open(str(sealed.record.value["tid"]))
    assert opened.compartment("narrative").closed == "not_agreed"  # type: ignore[union-attr]
    assert not [one for one in opened.findings if one.subject == "slots"]


def test_in_version_1_a_stranger_cannot_be_found(
    at: dict[str, Desk], organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = arrived(
        at["lawyer-1"],
        organisation,
        lambda _part, name, given: [*given, STRANGER] if name == "lawyers" else given,
        monkeypatch,
        version=1,
    )
    assert found == {"seal": Holds.YES}
