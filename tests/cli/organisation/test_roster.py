"""Proposals at the command line: what is signed is shown and asked for, each root adds its signature, and no other."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from testimony import canonical
from testimony.cli.signing.rosters import chain_of
from testimony.questionnaire.form import Form
from testimony.questionnaire.xlsform.reader import read
from testimony.sealing.keys.wordlist import fingerprint_words
from testimony.sealing.records.signatures import ROOT_ALGORITHMS, Signer
from testimony.sealing.roster import proposal
from testimony.services.enrolment.organisation import Organisation, Plan, create
from testimony.services.monitoring.members import words_of
from testimony.services.roster import proposals
from testimony.services.roster.proposals import FORM, RENEW, REVOKE, Wish
from testimony.services.startup import open_station
from testimony.services.wordings import questionnaires
from testimony.station.station import Station
from testimony.sync.bundle import trust as bundle_trust
from tests.support.cli.headquarters import Headquarters, run
from tests.support.cli.program import refused
from tests.support.questionnaire.sample import WORKBOOK
from tests.support.services.release.proposals import VERA, admitting, hand_in, prepare, signed, to_sign
from tests.support.settings import FAST, ISSUED


@dataclass
class Apart:
    """A root's holder on a machine of their own: `folder` has root.json and one key, and nothing else at first."""

    made: Organisation
    folder: Path
    name: str

    def sign(self, file: Path, *more: object, answer: str = "yes", key: Path | None = None) -> CompletedProcess[str]:
        typed = f"{answer}\n{self.made.keeper(self.name).passphrase}\n"
        own = self.folder / f"{self.name}.key"
        return run("roster", "sign", file, "--org", self.folder, "--key-file", key or own, *more, typed=typed)


@pytest.fixture
def central(homes: Path) -> Iterator[Station]:
    with open_station(homes / "central") as station:
        yield station


def apart(made: Organisation, folder: Path, name: str) -> Apart:
    folder.mkdir()
    shutil.copy(made.folder / "root.json", folder)
    shutil.copy(made.folder / "keys" / f"{name}.key", folder)
    return Apart(made, folder, name)


@pytest.fixture
def one(organisation: Organisation, tmp_path: Path) -> Apart:
    return apart(organisation, tmp_path / "one", "root-1")


@pytest.fixture
def other(organisation: Organisation, tmp_path: Path) -> Apart:
    return apart(organisation, tmp_path / "other", "root-3")


def saved(central: Station, id: str, folder: Path) -> Path:
    file = folder / "roster-2.proposal"
    file.write_bytes(to_sign(central, id).encode())
    return file


def test_two_roots_sign_one_after_another_and_central_takes_it(
    central: Station, one: Apart, other: Apart, tmp_path: Path
) -> None:
    wish = admitting()
    id = prepare(central, wish, Wish(act=REVOKE, id="coordinator-1"))
    file = saved(central, id, tmp_path)
    first = one.sign(file)
    assert first.returncode == 0, first.stderr
    assert "coordinator-1 (coordinator) may no longer read new testimonies" in first.stdout
    assert "! lawyer-9 becomes a reader" in first.stdout
    assert wish.admission is not None
    assert fingerprint_words(wish.admission.fingerprint) in first.stdout
    roster = to_sign(central, id).roster
    assert fingerprint_words(roster.sha256) in first.stdout
    assert "1 of the 2" in first.stdout
    assert not (one.folder / "rosters" / "roster-2.json").exists()
    second = other.sign(file)
    assert "2 of the 2" in second.stdout, second.stderr
    assert chain_of(other.folder).latest.sha256 == roster.sha256
    hand_in(central, id, file.read_bytes())
    assert central.chain.latest.sha256 == roster.sha256


def test_lines_of_a_camera_are_signed_like_a_file_and_the_answer_is_shown_as_codes(
    central: Station, one: Apart, other: Apart, tmp_path: Path
) -> None:
    for each in (one, other):
        each.folder.joinpath("rosters").mkdir()
        each.folder.joinpath("rosters", "roster-1.json").write_bytes(central.chain.records[0].encode())
    id = prepare(central, admitting())
    scanned, back = tmp_path / "scanned", tmp_path / "signed"
    scanned.write_text("\n".join(to_sign(central, id).lines(central.chain.latest.data)), "ascii")
    done = one.sign(scanned, "--to", back, "--codes")
    assert done.returncode == 0, done.stderr
    (made,) = proposal.read(back.read_bytes(), proposal.roster_of(()))
    lines = made.lines(central.chain.latest.data)
    assert f"{len(lines)} of {len(lines)}" in done.stdout
    assert done.stdout.count("▀") > 1000
    assert other.sign(back).returncode == 0
    hand_in(central, id, back.read_bytes())
    assert central.chain.latest.no == 2


@pytest.mark.parametrize("answer", ["no", "y", ""])
def test_nothing_is_signed_unless_it_is_confirmed_in_full(
    answer: str, central: Station, one: Apart, tmp_path: Path
) -> None:
    file = saved(central, prepare(central, admitting()), tmp_path)
    before = file.read_bytes()
    assert refused(one.sign(file, answer=answer), "not confirmed")
    assert file.read_bytes() == before


def test_a_sentence_of_central_counts_for_nothing_where_it_is_signed(
    central: Station, one: Apart, tmp_path: Path
) -> None:
    """A server in wrong hands puts a reader of its own into the file of a mere renewal: the signer is told of it."""
    file = saved(central, prepare(central, Wish(act=RENEW)), tmp_path)
    value = json.loads(file.read_bytes())
    roster: dict[str, Any] = json.loads(value["roster"]["record"])
    mallory = {**roster["people"][0], "id": "mallory", "keys": []}
    roster["people"][0]["age"], mallory["age"] = roster["people"][1]["age"], roster["people"][0]["age"]
    del roster["people"][1]["age"]
    roster["people"].append(mallory)
    value["roster"]["record"] = canonical.encode(roster).decode()
    file.write_bytes(canonical.encode(value))
    shown = one.sign(file, answer="no")
    assert refused(shown, "not confirmed")
    assert "! mallory becomes a reader" in shown.stdout
    assert "! There is no request with the key of mallory" in shown.stdout


def test_another_key_than_a_root_signs_nothing(
    central: Station, one: Apart, organisation: Organisation, tmp_path: Path
) -> None:
    file = saved(central, prepare(central, Wish(act=RENEW)), tmp_path)
    before = file.read_bytes()
    plan = Plan(name="Others", lawyer_names=("A", "B"), issued=ISSUED, key_file_work=FAST)
    others = create(tmp_path / "others", plan)
    stranger = Apart(others, one.folder, "root-1")
    assert refused(stranger.sign(file, key=others.folder / "keys" / "root-1.key"))
    reader = Apart(organisation, one.folder, "lawyer-1")
    assert refused(reader.sign(file, key=organisation.folder / "keys" / "lawyer-1.key"))
    assert file.read_bytes() == before


def test_a_proposal_of_another_organisation_is_refused(central: Station, tmp_path: Path) -> None:
    file = saved(central, prepare(central, Wish(act=RENEW)), tmp_path)
    plan = Plan(name="Others", lawyer_names=("A", "B"), issued=ISSUED, key_file_work=FAST)
    others = create(tmp_path / "others", plan)
    stranger = apart(others, tmp_path / "stranger", "root-1")
    assert refused(stranger.sign(file), "another organisation")


def test_a_proposal_that_was_overtaken_is_not_signed(
    central: Station, one: Apart, other: Apart, tmp_path: Path
) -> None:
    late = saved(central, prepare(central, admitting()), tmp_path)
    id = prepare(central, Wish(act=RENEW))
    (tmp_path / "quick").mkdir()
    quick = saved(central, id, tmp_path / "quick")
    assert one.sign(quick).returncode == other.sign(quick).returncode == 0
    assert refused(other.sign(late), "does not follow the newest roster")


def test_a_proposal_with_a_strangers_signature_is_not_signed_and_not_written(
    central: Station, one: Apart, tmp_path: Path
) -> None:
    id = prepare(central, Wish(act=RENEW))
    file = tmp_path / "roster-2.proposal"
    file.write_bytes(signed(central, id, [Signer.generate(ROOT_ALGORITHMS)]).encode())
    before = file.read_bytes()
    assert refused(one.sign(file), "no root of this organisation")
    assert file.read_bytes() == before


@pytest.mark.parametrize("option", ["--form", "--ca", "--wording"])
def test_a_proposal_is_signed_as_it_is_and_nothing_is_added(
    option: str, central: Station, one: Apart, tmp_path: Path
) -> None:
    file = saved(central, prepare(central, Wish(act=RENEW)), tmp_path)
    assert refused(one.sign(file, option, tmp_path / "more"), "signed as it is")


def test_a_torn_proposal_is_refused_in_one_sentence(central: Station, one: Apart, tmp_path: Path) -> None:
    file = saved(central, prepare(central, Wish(act=RENEW)), tmp_path)
    file.write_bytes(file.read_bytes()[:-20])
    assert refused(one.sign(file), "not a whole proposal")


def test_a_folder_follows_what_others_published(central: Station, one: Apart, other: Apart, tmp_path: Path) -> None:
    id = prepare(central, Wish(act=RENEW))
    file = saved(central, id, tmp_path)
    assert one.sign(file).returncode == other.sign(file).returncode == 0
    hand_in(central, id, file.read_bytes())
    assert chain_of(one.folder).latest.no == 1
    (tmp_path / "bundle").write_bytes(bundle_trust.of_station(central))
    done = run("roster", "follow", tmp_path / "bundle", "--org", one.folder)
    assert "no 2 is the newest here" in done.stdout, done.stderr
    assert chain_of(one.folder).latest.no == 2
    assert "it was before" in run("roster", "follow", tmp_path / "bundle", "--org", one.folder).stdout
    plan = Plan(name="Others", lawyer_names=("A", "B"), issued=ISSUED, key_file_work=FAST)
    others = create(tmp_path / "others", plan)
    assert refused(run("roster", "follow", tmp_path / "bundle", "--org", others.folder), "another organisation")


def sample() -> Form:
    form = read(WORKBOOK.read_bytes()).form
    assert form is not None
    return form


@pytest.fixture
def asking(central: Station, organisation: Organisation, tmp_path: Path) -> Headquarters:
    """A folder with two root keys, which signed a questionnaire that a proposal of central's page put in force."""
    folder = tmp_path / "roots"
    (folder / "keys").mkdir(parents=True)
    shutil.copy(organisation.folder / "root.json", folder)
    for name in ("root-1", "root-2"):
        shutil.copy(organisation.folder / "keys" / f"{name}.key", folder / "keys")
    form = sample()
    id = prepare(central, Wish(act=FORM, id=form.id, request=form.definition.decode()))
    file = saved(central, id, tmp_path)
    for name in ("root-1", "root-2"):
        holder = Apart(organisation, folder, name)
        done = holder.sign(file, key=folder / "keys" / f"{name}.key")
        assert done.returncode == 0, done.stderr
    assert f"file {form.sha256[:16]}…: bring central's bundle" in done.stdout
    hand_in(central, id, file.read_bytes())
    return Headquarters(organisation, folder)


def test_a_questionnaire_of_a_proposal_comes_with_the_bundle_and_later_rosters_carry_it(
    central: Station, asking: Headquarters, homes: Path, tmp_path: Path
) -> None:
    (tmp_path / "bundle").write_bytes(bundle_trust.of_station(central))
    done = run("roster", "follow", tmp_path / "bundle", "--org", asking.folder)
    assert done.returncode == 0, done.stderr
    assert f"{sample().sha256[:16]}… is here now" in done.stdout
    assert "lacking" not in done.stdout
    again = run("roster", "bundle", "--org", asking.folder)
    assert again.returncode == 0, again.stderr
    renewed = asking.act("renew")
    assert renewed.returncode == 0, renewed.stderr
    bundle = asking.folder / "rosters" / "roster-3.bundle"
    adopted = run("roster", "adopt", bundle, "--home", homes / "field")
    assert adopted.returncode == 0, adopted.stdout
    with open_station(homes / "field") as node:
        assert node.chain.latest.no == 3
        assert questionnaires.in_force(node) == sample()


def test_without_it_nothing_is_signed_and_one_sentence_says_what_to_bring(
    central: Station, asking: Headquarters, tmp_path: Path
) -> None:
    before = sorted((asking.folder / "rosters").iterdir())
    assert refused(asking.act("renew"), "lacks a file", "roster follow")
    assert refused(run("roster", "bundle", "--org", asking.folder), "lacks a file", "roster follow")
    assert sorted((asking.folder / "rosters").iterdir()) == before
    file = saved(central, prepare(central, Wish(act=RENEW)), tmp_path)
    done = run("roster", "follow", file, "--org", asking.folder)
    assert done.returncode == 0, done.stderr
    assert f"file {sample().sha256[:16]}" in done.stdout, "a proposal brings no files"


def test_its_spreadsheet_serves_as_well(asking: Headquarters) -> None:
    done = asking.act("renew", "--form", WORKBOOK)
    assert done.returncode == 0, done.stderr
    assert (asking.folder / "trust" / sample().sha256).read_bytes() == sample().definition


def test_a_file_that_was_changed_in_the_folder_comes_again(
    central: Station, asking: Headquarters, tmp_path: Path
) -> None:
    (tmp_path / "bundle").write_bytes(bundle_trust.of_station(central))
    kept = asking.folder / "trust" / sample().sha256
    kept.parent.mkdir()
    kept.write_bytes(b"torn")
    assert refused(run("roster", "bundle", "--org", asking.folder), "lacks a file")
    assert run("roster", "follow", tmp_path / "bundle", "--org", asking.folder).returncode == 0
    assert kept.read_bytes() == sample().definition


def test_an_interviewer_s_keys_are_made_away_from_central_and_their_requests_are_proposed(
    central: Station, tmp_path: Path
) -> None:
    done = run("keys", "interviewer", "interviewer-8", "--phone", "phone-8", "--to", tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("its words") == 2
    assert (tmp_path / "interviewer-8.locked.json").exists()
    for name in ("interviewer-8", "phone-8"):
        wish = Wish(act="admit", id=name, request=(tmp_path / f"{name}.json").read_text("utf-8"))
        with central.database.transaction() as db:
            id = proposals.wish(central, db, wish, VERA)
    with central.database.reading() as db:
        assert [change.kind for change in proposals.refresh_and_show(central, db, id).changes] == [
            "interviewer.new",
            "phone.new",
        ]
    again = run("keys", "interviewer", "interviewer-8", "--phone", "phone-9", "--to", tmp_path)
    assert refused(again)


def test_the_words_of_every_key_are_shown(organisation: Organisation) -> None:
    shown = run("roster", "show", "--org", organisation.folder).stdout
    for person in chain_of(organisation.folder).latest.people:
        assert words_of(person.keys, person.recipient) in shown
