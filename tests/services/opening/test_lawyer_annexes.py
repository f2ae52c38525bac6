"""What lawyers signed is read with its signer; what anybody else signed, or nobody can read, is counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from testimony.domain.errors import EventUnreadable
from testimony.sealing.roster.chain import RosterChain
from testimony.services.enrolment.organisation import Organisation
from testimony.services.opening import lawyer_annexes
from testimony.services.opening.annexes import OpenedAnnex
from tests.support.services.desks import reader_of


@dataclass(frozen=True)
class Word:
    id: str
    of: str


def parse(content: Mapping[str, Any]) -> Word:
    if "id" not in content:
        raise EventUnreadable
    return Word(content["id"], content["of"])


def annex(name: str, by: str, code: str | None = None, **content: str) -> OpenedAnnex:
    return OpenedAnnex(name=name, tid="t", by=by, day="2026-01-20", roster="", content=content, code=code)


@pytest.fixture
def kids(organisation: Organisation) -> dict[str, str]:
    return {person: reader_of(organisation, person).signer.kid for person in ("lawyer-1", "lawyer-2", "coordinator-1")}


@pytest.fixture
def chain(organisation: Organisation) -> RosterChain:
    return RosterChain(organisation.root, [organisation.roster])


def test_only_what_a_lawyer_signed_and_can_be_read_is_there(chain: RosterChain, kids: dict[str, str]) -> None:
    sound = annex("a", kids["lawyer-1"], id="1", of="m")
    others = [
        annex("b", kids["coordinator-1"], id="2", of="m"),
        annex("c", "0" * 16, id="3", of="m"),
        annex("d", kids["lawyer-1"], code="ab" * 32, id="4", of="m"),
        annex("e", kids["lawyer-1"], of="m"),
    ]
    said, unread = lawyer_annexes.read(chain, [sound, *others], parse)
    assert [(one.what.id, one.signer, one.annex.name) for one in said] == [("1", "lawyer-1", "a")]
    assert unread == len(others)


def test_of_two_with_one_id_and_of_another_manifest_none_counts(chain: RosterChain, kids: dict[str, str]) -> None:
    given = [
        annex("a", kids["lawyer-1"], id="1", of="m"),
        annex("b", kids["lawyer-1"], id="2", of="m"),
        annex("c", kids["lawyer-2"], id="2", of="m"),
        annex("d", kids["lawyer-2"], id="3", of="another"),
    ]
    said, _ = lawyer_annexes.read(chain, given, parse)
    alone, others = lawyer_annexes.alone(said, "m")
    assert [one.what.id for one in alone] == ["1"]
    assert others == 3
