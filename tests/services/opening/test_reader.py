"""Whose key a desk unlocks: an active lawyer's or coordinator's of this organisation, with the right passphrase."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from testimony.domain.roles import Audience, Role
from testimony.errors import TestimonyError
from testimony.sealing.age.errors import KeyFileDamaged, PassphraseWrong
from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.records.signatures import Signer
from testimony.services.certificates.errors import FileUnreadable
from testimony.services.enrolment import organisation as enrolment_organisation
from testimony.services.enrolment.organisation import Organisation, Plan
from testimony.services.opening import reader as opening_reader
from testimony.services.opening.errors import (
    KeyFileForeign,
    KeyFileMissing,
    KeyFileUnnamed,
    KeyNotForDesk,
    KeyRevoked,
)
from testimony.services.roster import adoption as roster_adoption
from testimony.services.startup import open_station
from testimony.station.station import Station
from tests.support.services import rosters


@pytest.fixture
def desk(homes: Path) -> Iterator[Station]:
    with open_station(homes / "desk-lawyer") as station:
        yield station


def passphrase(organisation: Organisation, person: str) -> str:
    return next(each.passphrase for each in organisation.keepers if each.id == person)


def test_the_owner_of_a_key_file_is_found_in_the_roster(desk: Station, organisation: Organisation) -> None:
    reader = opening_reader.unlock(desk, passphrase(organisation, "lawyer-1"))
    assert (reader.id, reader.role, reader.audience) == ("lawyer-1", Role.LAWYER, Audience.LAWYERS)
    assert opening_reader.still_reads(desk.chain.latest, reader)


def test_a_reader_shows_no_key(desk: Station, organisation: Organisation) -> None:
    reader = opening_reader.unlock(desk, passphrase(organisation, "lawyer-1"))
    assert reader.key.text not in repr(reader)
    assert "AGE-SECRET" not in f"{reader} {reader!r}"


@pytest.mark.parametrize("wrong", ["", "wrong words", "lawyer-1"])
def test_a_wrong_passphrase_is_said(desk: Station, wrong: str) -> None:
    with pytest.raises(PassphraseWrong):
        opening_reader.unlock(desk, wrong)


def test_a_key_file_of_another_organisation_is_foreign(desk: Station, tmp_path: Path) -> None:
    plan = Plan(
        name="Others", lawyer_names=("A", "B"), mechanism="x", issued=date(2026, 1, 5), desks={}, key_file_work=10
    )
    other = enrolment_organisation.create(tmp_path / "other", plan)
    file = other.folder / next(each.file for each in other.keepers if each.id == "lawyer-1")
    desk.settings = replace(desk.settings, key_file=str(file))
    with pytest.raises(KeyFileForeign):
        opening_reader.unlock(desk, passphrase(other, "lawyer-1"))


@pytest.mark.parametrize("person", ["recovery", "root-1"])
def test_a_key_that_is_not_for_a_desk_is_said(desk: Station, organisation: Organisation, person: str) -> None:
    desk.settings = replace(desk.settings, key_file=f"../keys/{person}.key")
    with pytest.raises(KeyNotForDesk):
        opening_reader.unlock(desk, passphrase(organisation, person))


@pytest.mark.parametrize(
    ("file", "error"),
    [("../keys/nobody.key", KeyFileMissing), ("station.json", KeyFileDamaged), ("..", FileUnreadable)],
)
def test_a_file_that_is_not_there_is_not_called_damaged(desk: Station, file: str, error: type[TestimonyError]) -> None:
    desk.settings = replace(desk.settings, key_file=file)
    with pytest.raises(error):
        opening_reader.unlock(desk, "whatever")


def test_a_desk_without_a_key_file_says_that_none_is_named(desk: Station) -> None:
    desk.settings = replace(desk.settings, key_file="")
    (desk.settings.home / opening_reader.READER_KEY).unlink()
    with pytest.raises(KeyFileUnnamed):
        opening_reader.unlock(desk, "whatever")


def test_somebody_whom_the_roster_lost_reads_no_more(desk: Station, organisation: Organisation) -> None:
    reader = opening_reader.unlock(desk, passphrase(organisation, "lawyer-1"))
    assert not opening_reader.still_reads(desk.chain.latest, replace(reader, id="lawyer-9"))
    assert not opening_reader.still_reads(desk.chain.latest, replace(reader, role=Role.COORDINATOR))


def test_somebody_who_got_another_key_reads_no_more_with_the_one_in_memory(
    desk: Station, organisation: Organisation
) -> None:
    """It was lost, or somebody else has it: no passphrase unlocks it again either."""
    reader = opening_reader.unlock(desk, passphrase(organisation, "lawyer-1"))
    last = desk.chain.records[-1]
    new = {
        "age": OpeningKey.generate().recipient.text,
        "keys": [key.describe() for key in Signer.generate().public_keys],
    }
    people = [one | new if one["id"] == "lawyer-1" else one for one in json.loads(last.data)["people"]]
    with desk.database.transaction() as session:
        assert roster_adoption.adopt(desk, session, rosters.after(organisation, last, people=people))
    assert not opening_reader.still_reads(desk.chain.latest, reader)
    with pytest.raises(KeyRevoked):
        opening_reader.unlock(desk, passphrase(organisation, "lawyer-1"))
