"""An organisation is made whole or not at all, and nobody holds more than they should."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from testimony.domain.testimony.languages import SCRIPTS
from testimony.sealing.keys import locked_seeds
from testimony.sealing.keys.key_file import KeyFile
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.chain import Root, RosterChain
from testimony.services.accounts import interviewers
from testimony.services.enrolment import organisation
from testimony.services.enrolment.errors import PlanWrong
from testimony.services.enrolment.organisation import Organisation, Plan
from testimony.services.startup import open_station
from testimony.station.errors import HomeTaken
from testimony.store.errors import StoreUnwritable

PLAN = Plan(name="Border Watch", lawyer_names=("A", "B"), issued=date(2026, 1, 5), key_file_work=10)


def test_the_first_roster_is_signed_by_two_of_three_roots(organisation: Organisation) -> None:
    root = Root.parse((organisation.folder / "root.json").read_bytes())
    record = SignedRecord.decode((organisation.folder / "rosters" / "roster-1.json").read_bytes())
    assert (root.threshold, len(root.keys), len(record.sigs)) == (2, 3, 2)
    assert RosterChain(root, [record]).latest.no == 1


def test_every_role_of_the_demonstration_is_there_and_nobody_has_two(organisation: Organisation) -> None:
    roster = RosterChain(organisation.root, [organisation.roster]).latest
    roles = sorted(person.role for person in roster.people)
    assert roles == ["coordinator", "interviewer", "interviewer", "lawyer", "lawyer", "recovery"]
    kids = [key.kid for person in roster.people for key in person.keys]
    kids += [key.kid for device in roster.devices for key in device.keys]
    assert len(kids) == len(set(kids))
    assert sorted(device.kind for device in roster.devices) == ["central", "node", "phone", "phone"]


def test_each_passphrase_opens_its_own_file_and_no_other(organisation: Organisation) -> None:
    readers = [keeper for keeper in organisation.keepers if keeper.role in {"lawyer", "coordinator", "recovery"}]
    chain = RosterChain(organisation.root, [organisation.roster])
    for keeper in readers:
        opened = KeyFile.open((organisation.folder / keeper.file).read_bytes(), keeper.passphrase)
        person = next(each for each in chain.latest.people if each.id == keeper.id)
        assert opened.opening is not None
        assert opened.opening.recipient == person.recipient
        assert opened.signer is not None
        assert opened.signer.public_keys == person.keys
    assert len({keeper.passphrase for keeper in organisation.keepers}) == len(organisation.keepers)
    assert all(len(keeper.passphrase.split()) == 6 for keeper in organisation.keepers)


def test_the_field_node_keeps_the_interviewers_keys_locked(organisation: Organisation, homes: Path) -> None:
    keeper = organisation.keeper("interviewer-1")
    with open_station(homes / "field") as node, node.database.reading() as session:
        held = interviewers.find_locked(node, session, "interviewer-1")
    seeds = locked_seeds.unlock(held, keeper.passphrase)
    assert seeds["interviewer"] == organisation.signers["interviewer-1"].seed
    assert seeds["device"] == organisation.signers["phone-1"].seed


def test_no_secret_lies_open_in_the_folder(organisation: Organisation) -> None:
    written = b"".join(path.read_bytes() for path in organisation.folder.rglob("*") if path.is_file())
    for keeper in organisation.keepers:
        assert keeper.passphrase.encode() not in written
    for name in ("interviewer-1", "interviewer-2", "phone-1", "phone-2"):
        seed = organisation.signers[name].seed
        assert seed not in written
        assert seed.hex().encode() not in written


def test_secrets_are_for_their_owner_only(organisation: Organisation) -> None:
    secret = [*(organisation.folder / "keys").iterdir(), organisation.folder / "field" / "station.key"]
    assert {path.stat().st_mode & 0o077 for path in secret} == {0}


def test_a_folder_in_use_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(HomeTaken):
        organisation.create(tmp_path, PLAN)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_interrupted_creation_leaves_nothing(tmp_path: Path) -> None:
    def interrupt(_: Organisation) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        organisation.create(tmp_path / "org", PLAN, fill=interrupt)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnwritable):
        organisation.create(tmp_path / "file" / "org", PLAN)


@pytest.mark.parametrize(
    "wrong",
    [
        {"lawyer_names": ("A",)},
        {"lawyer_names": ("A", "B", "C", "D", "E")},
        {"coordinators": 0},
        {"coordinators": 3},
        {"interviewers": 0},
        {"name": " "},
    ],
    ids=str,
)
def test_an_organisation_that_could_not_seal_is_refused_before_anything_is_made(
    tmp_path: Path, wrong: dict[str, object]
) -> None:
    with pytest.raises(PlanWrong):
        organisation.create(tmp_path / "org", replace(PLAN, **wrong))
    assert list(tmp_path.iterdir()) == []


def test_witnesses_can_be_told_who_reads(organisation: Organisation) -> None:
    value = json.loads(organisation.roster.data)
    lawyers = value["organisation"].pop("lawyers")
    assert value["organisation"] == {"name": "Border Watch", "mechanism": "the monitoring mechanism"}
    assert set(lawyers) == set(SCRIPTS)
    assert lawyers["en"] == "Mara Example and Ilir Example"
    assert lawyers["fr"] == "Mara Example et Ilir Example"
    assert lawyers["prs"] == "Mara Example و Ilir Example"
    assert lawyers["ckb"] == "Mara Example و Ilir Example"
    assert lawyers["ht"] == "Mara Example ak Ilir Example"
    assert not [lang for lang, both in lawyers.items() if "," in both]


def test_a_new_organisation_opens_unfinished_interviews_within_the_sitting(organisation: Organisation) -> None:
    assert json.loads(organisation.roster.data)["drafts"] == {"share": "sitting"}


def test_an_organisation_may_open_unfinished_interviews_only_near_the_node(tmp_path: Path) -> None:
    made = organisation.create(tmp_path / "org", replace(PLAN, draft_share="node"))
    assert json.loads(made.roster.data)["drafts"] == {"share": "node"}
