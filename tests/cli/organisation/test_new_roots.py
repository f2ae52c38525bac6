"""New roots for a working organisation: by their ceremony, signed by two of the old ones, followed by every station."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from testimony import canonical
from testimony.cli.signing.rosters import chain_of
from testimony.sealing.archive import checks as archive_checks
from testimony.sealing.keys import withdrawal_code
from testimony.sealing.keys.key_file import KeyFile
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import ROOT_ALGORITHMS, Signer
from testimony.sealing.roster import root_change
from testimony.sealing.roster.chain import Root, RosterChain
from testimony.sealing.statements import statements
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.services.records import queries as record_queries
from testimony.services.records.types import Incoming
from testimony.services.roster import adoption as roster_adoption
from testimony.services.roster.proposals import RENEW, Wish
from testimony.services.startup import open_station
from testimony.sync.bundle import trust as bundle_trust
from testimony.sync.client.exchange import exchange
from testimony.sync.http.channel import InProcess
from testimony.sync.http.transport import Transport
from testimony.web.factory import create_app
from tests.support.cli.ceremony import HOLDERS, apart, at_a_terminal, papers_on
from tests.support.cli.headquarters import date_answer, run
from tests.support.cli.program import refused
from tests.support.services.batches import NOW, told
from tests.support.services.desks import reader_of, testimony_at
from tests.support.services.release.proposals import hand_in, prepare, to_sign

__all__ = ["apart"]


@dataclass
class Changing:
    """An organisation in `folder`, and what its ceremony of new roots left: sticks, their passphrases, and `out`."""

    made: Organisation
    folder: Path
    sticks: list[Path]
    passphrases: list[str]
    out: Path

    @property
    def change(self) -> Path:
        return self.out / "roots-change.json"

    def sign(self, *roots: str, org: Path | None = None, answer: str = "yes") -> CompletedProcess[str]:
        """With old root keys, as their holders do."""
        files = [self.folder / "keys" / f"{name}.key" for name in roots]
        typed = "\n".join([answer, *(self.made.keeper(name).passphrase for name in roots)]) + "\n"
        return run("roster", "new-roots", self.change, "--org", org or self.folder, "--key-file", *files, typed=typed)

    def renew(self, *new: int) -> CompletedProcess[str]:
        """The next roster, with the new root keys."""
        files = [self.sticks[number - 1] / f"root-{number}.key" for number in new]
        typed = "\n".join(self.passphrases[number - 1] for number in new) + "\n"
        return run(
            "roster", "renew", "--org", self.folder, "--key-file", *files, typed=date_answer(self.folder) + typed
        )

    def station(self, name: str) -> RosterChain:
        with open_station(self.folder / name) as station:
            return station.chain

    def bundle(self, no: int) -> Path:
        return self.folder / "rosters" / f"roster-{no}.bundle"


@pytest.fixture
def changing(
    apart: None, monkeypatch: pytest.MonkeyPatch, homes: Path, organisation: Organisation, tmp_path: Path
) -> Changing:
    sticks = [tmp_path / f"stick-{number}" for number in (1, 2, 3)]
    out = tmp_path / "out"
    for folder in (*sticks, out):
        folder.mkdir()
    shown: list[str] = []
    next_number = re.search(r"no (\d+)", run("roster", "show", "--org", homes).stdout.split("root keys")[1])
    assert next_number is not None

    def answer(screen: str) -> str:
        shown[:] = papers_on(screen)
        return ""

    with monkeypatch.context() as patch:
        patch.setattr("getpass.getpass", lambda question: shown[int(question.rstrip(": ")[-1]) - 1])
        code, _ = at_a_terminal(
            patch, answer, "ceremony", "roots", "--number", int(next_number[1]) + 1, "--place", "office-2",
            "--lead", "helen", "--holders", *HOLDERS[:3], "--sticks", *sticks, "--to", out,
        )  # fmt: skip
    assert code == 0
    return Changing(organisation, homes, sticks, shown, out)


def test_the_ceremony_gives_a_proposal_that_counts_for_nothing_yet(changing: Changing) -> None:
    assert sorted(file.name for file in changing.out.iterdir()) == ["roots-ceremony.json", "roots-change.json"]
    assert refused(run("roster", "adopt", changing.change, "--home", changing.folder / "central"), "signed"), (
        "no old root has signed"
    )
    assert changing.station("central").root.no == 1


def test_two_old_roots_apart_sign_and_from_then_on_only_the_new_ones_sign_rosters(
    changing: Changing, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(changing.folder / "rosters", elsewhere / "rosters")
    shutil.copy(changing.folder / "root.json", elsewhere)
    first = changing.sign("root-1", org=elsewhere)
    assert first.returncode == 0, first.stderr
    assert "1 of the 2" in first.stdout
    assert chain_of(elsewhere).root.no == 1
    second = changing.sign("root-3")
    assert "2 of the 2" in second.stdout, second.stderr
    assert chain_of(changing.folder).root.no == 2
    shown = run("roster", "show", "--org", changing.folder).stdout
    assert "no 2: 2 of 3 sign" in shown

    renewed = changing.renew(1, 3)
    assert renewed.returncode == 0, renewed.stderr
    assert chain_of(changing.folder).latest.no == 2
    old = [changing.folder / "keys" / f"{name}.key" for name in ("root-1", "root-2")]
    typed = "\n".join(changing.made.keeper(name).passphrase for name in ("root-1", "root-2")) + "\n"
    typed = date_answer(changing.folder) + typed
    assert refused(
        run("roster", "renew", "--org", changing.folder, "--key-file", *old, typed=typed), "nobody in this organisation"
    )
    followed = run("roster", "follow", changing.bundle(2), "--org", elsewhere)
    assert followed.returncode == 0, followed.stderr
    assert (chain_of(elsewhere).root.no, chain_of(elsewhere).latest.no) == (2, 2)


def test_central_node_desk_and_phone_follow_from_the_roots_that_they_pinned(
    changing: Changing, organisation: Organisation
) -> None:
    with open_station(changing.folder / "central") as central:
        before = testimony_at(central, organisation, "P01", "P04")
    assert changing.sign("root-1", "root-2").returncode == 0
    assert run("station", "update", changing.bundle(1), "--home", changing.folder / "central").returncode == 0
    assert changing.station("central").root.no == 2
    assert changing.renew(2, 3).returncode == 0
    assert run("station", "update", changing.bundle(2), "--home", changing.folder / "central").returncode == 0

    reader = reader_of(organisation, "lawyer-1")
    with (
        open_station(changing.folder / "central") as central,
        open_station(changing.folder / "field") as field,
        open_station(changing.folder / "desk-lawyer") as desk,
    ):
        for station, signer, audience in ((field, field.signer, None), (desk, reader.signer, reader.audience)):
            channel = InProcess(create_app(STATION=central).test_client())
            transport = Transport("http://central.example", signer, channel=channel, pause=lambda _: None)
            exchange(station, transport, audience=audience)
            assert (station.chain.root.no, station.chain.latest.no) == (2, 2)
            assert station.chain.fingerprint == organisation.root.fingerprint, "its name stays"
        offered = create_app(STATION=field).test_client().get("/interview/trust").get_json()
        with desk.database.reading() as session:
            assert record_queries.records_about(session, before), "what was sealed before is there"
    records = [SignedRecord(each["record"].encode(), tuple(each["sigs"])) for each in offered["rosters"]]
    phone = RosterChain(Root.parse(offered["root"].encode()), records)
    assert phone.fingerprint == organisation.root.fingerprint, "a phone that pinned the first root goes on"
    assert (phone.root.no, phone.latest.no) == (2, 2)
    taken = run("ceremony", "record", changing.out / "roots-ceremony.json", "--home", changing.folder / "central")
    assert taken.returncode == 0, taken.stderr


def test_what_is_sealed_before_and_after_is_opened_archived_checked_and_taken_back_by_code(
    changing: Changing, organisation: Organisation, node: str, tmp_path: Path
) -> None:
    """The codes of witnesses hang on the first root, on phones as at stations; archives tell the whole chain."""
    central, desk = changing.folder / "central", changing.folder / "desk-lawyer"
    before, its_code = sealed_at(central, organisation, 1)
    assert changing.sign("root-2", "root-3").returncode == 0
    assert changing.renew(1, 2).returncode == 0
    assert run("station", "update", changing.bundle(2), "--home", central).returncode == 0
    after, code = sealed_at(central, organisation, 2, at=datetime.now(UTC))
    reader, files = reader_of(organisation, "lawyer-1"), []
    with open_station(central) as station, open_station(desk) as at_desk:
        channel = InProcess(create_app(STATION=station).test_client())
        transport = Transport("http://central.example", reader.signer, channel=channel, pause=lambda _: None)
        exchange(at_desk, transport, audience=reader.audience)
        offer = bundle_trust.read_offer(BytesIO(bundle_trust.of_station(station)))
        assert (offer.root.fingerprint, offer.chain.root.no) == (organisation.root.fingerprint, 2), "who joins now"
    typed = organisation.keeper("lawyer-1").passphrase + "\n"
    for tid in (before, after):
        opened = run("open", tid, "--home", desk, typed=typed)
        assert (opened.returncode, "FAILS" in opened.stdout) == (0, False), opened.stdout + opened.stderr
        files.append(tmp_path / f"{tid}.zip")
        assert run("archive", tid, "--home", desk, "--to", files[-1], typed=typed).returncode == 0
        checked = run("verify", "--archive", files[-1])
        assert (checked.returncode, "FAILS" in checked.stdout) == (0, False), checked.stdout
    found = [
        [one.code, one.holds, one.tid, one.values] for one in archive_checks.examine(BytesIO(files[1].read_bytes()))
    ]
    (tmp_path / "expected.json").write_text(json.dumps({files[1].name: ["after new roots", found]}), "utf-8")
    in_node(node, "archivetwin.mjs", tmp_path)

    with open_station(changing.folder / "field") as field:
        for record in chain_of(changing.folder).records:
            with field.database.transaction() as session:
                roster_adoption.adopt(field, session, record)
        offered = create_app(STATION=field).test_client().get("/interview/trust").get_json()
    phone = json.loads(in_node(node, "phonetrust.mjs", typed=json.dumps({**offered, "code": code})))
    key = withdrawal_code.key_of(code, organisation.root.fingerprint)
    first = {"fingerprint": organisation.root.fingerprint, "withdraw": key.public_keys[0].pub.hex()}
    assert phone == {"root": 2, "roster": 2, **first}
    with open_station(central) as station:
        for tid, one in ((before, its_code), (after, code)):
            signer = withdrawal_code.key_of(one, station.chain.fingerprint)
            said = statements.withdrawal(tid=tid, scope="all", day=station.today(), signer=signer)
            take_in(station, [Incoming("record", said.encode())])
            with station.database.reading() as session:
                assert not record_queries.is_served(session, tid)


def test_once_replaced_two_old_roots_can_do_nothing_at_stations_that_followed(
    changing: Changing, organisation: Organisation
) -> None:
    """No roster, no second roots of that number, and no roots of the next one."""
    old = [KeyFile.open((organisation.folder / keeper.file).read_bytes(), keeper.passphrase).root
           for keeper in map(organisation.keeper, ("root-1", "root-2"))]  # fmt: skip
    signers = [one for one in old if one is not None]
    assert changing.sign("root-2", "root-3").returncode == 0
    assert run("station", "update", changing.bundle(1), "--home", changing.folder / "central").returncode == 0
    theirs = [Signer.generate(ROOT_ALGORITHMS) for _ in range(3)]
    with open_station(changing.folder / "central") as central:
        value = json.loads(central.chain.latest.data)
        tries = [value | {"no": 2, "prev": central.chain.latest.sha256}]
        for no in (2, 3):
            keys = [[key.describe() for key in one.public_keys] for one in theirs]
            tries.append({"v": "testimony/1/root", "no": no, "threshold": 2, "keys": keys})
        for said in tries:
            record = SignedRecord.sign_by_roots(said, [*signers, *(theirs if "keys" in said else ())])
            (status,) = take_in(central, [Incoming("record", record.encode())]).statuses
            assert status.status == "refused", said["v"]
        assert (central.chain.root.no, central.chain.latest.no) == (2, 1)


def sealed_at(home: Path, organisation: Organisation, number: int, *, at: datetime = NOW) -> tuple[str, str]:
    """One more testimony there, sealed to the roster in force; its number, and its witness's code."""
    code = withdrawal_code.new_code()
    with open_station(home) as station:
        key = withdrawal_code.key_of(code, station.chain.fingerprint).public_keys[0].pub.hex()
        account = told(number, ("P01", "P04"))
        sealed = demo.seal_invented(organisation, station.chain, account, number=number, taken_down=at, withdraw=key)
        demo.require_stored(take_in(station, demo.incoming(sealed)))
    return str(sealed.record.value["tid"]), code


def in_node(node: str, script: str, *more: Path, typed: str = "") -> str:
    """What a script of tests/js says."""
    command = [node, str(Path(__file__).parents[2] / "js" / script), *map(str, more)]
    done = subprocess.run(command, input=typed, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_nothing_is_signed_without_a_full_yes_by_strangers_or_twice(changing: Changing, tmp_path: Path) -> None:
    before = changing.change.read_bytes()
    assert refused(changing.sign("root-1", answer="y"), "not confirmed")
    stranger = changing.sticks[0] / "root-1.key"
    typed = f"yes\n{changing.passphrases[0]}\n"
    assert refused(
        run("roster", "new-roots", changing.change, "--org", changing.folder, "--key-file", stranger, typed=typed),
        "nobody in this organisation",
    )
    assert changing.change.read_bytes() == before
    assert "1 of the 2" in changing.sign("root-2").stdout
    assert "1 of the 2" in changing.sign("root-2").stdout, "the same root twice is one"
    assert changing.sign("root-1").returncode == 0
    assert refused(changing.sign("root-1"), "the number that comes after")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda value: value | {"no": 3},
        lambda value: value | {"threshold": 1},
        lambda value: value | {"keys": value["keys"][:2]},
    ],
)
def test_a_change_that_its_own_keys_did_not_sign_as_it_stands_is_refused(
    changing: Changing, spoil: Callable[[dict[str, object]], dict[str, object]]
) -> None:
    said = json.loads(changing.change.read_bytes())
    said["record"] = json.dumps(spoil(json.loads(said["record"])), sort_keys=True, separators=(",", ":"))
    changing.change.write_text(json.dumps(said, sort_keys=True, separators=(",", ":")), "utf-8")
    assert refused(changing.sign("root-1", "root-2"), "their own keys signed")
    assert chain_of(changing.folder).root.no == 1


def test_a_change_with_a_bad_or_a_strangers_signature_in_it_is_refused_before_anybody_signs(
    changing: Changing,
) -> None:
    """What one holder on the way spoiled would else be signed by all, and then be taken by no station."""
    assert changing.sign("root-1").returncode == 0
    good = json.loads(changing.change.read_bytes())
    stranger = SignedRecord.sign_by_roots(json.loads(good["record"]), [Signer.generate(ROOT_ALGORITHMS)]).sigs[0]
    forged = [each | {"kid": old["kid"]} for each, old in zip(stranger, good["sigs"][-1], strict=True)]
    for sigs in ([*good["sigs"], stranger], [*good["sigs"][:-1], forged], [*good["sigs"], []]):
        spoiled = json.dumps(good | {"sigs": sigs}, sort_keys=True, separators=(",", ":"))
        changing.change.write_text(spoiled, "utf-8")
        assert refused(changing.sign("root-2"), "Take the file of their ceremony again")
        assert changing.change.read_text("utf-8") == spoiled
    changing.change.write_text(json.dumps(good, sort_keys=True, separators=(",", ":")), "utf-8")
    assert "2 of the 2" in changing.sign("root-2").stdout


def test_a_new_holder_on_a_machine_apart_signs_what_central_proposes(changing: Changing, tmp_path: Path) -> None:
    """The file of a proposal brings the change of roots to a folder that has the first root alone."""
    assert changing.sign("root-2", "root-3").returncode == 0
    assert run("station", "update", changing.bundle(1), "--home", changing.folder / "central").returncode == 0
    apart_folder = tmp_path / "apart"
    apart_folder.mkdir()
    shutil.copy(changing.folder / "root.json", apart_folder)
    with open_station(changing.folder / "central") as central:
        id = prepare(central, Wish(act=RENEW))
        file = tmp_path / "roster-2.proposal"
        file.write_bytes(to_sign(central, id).encode())
        for number in (1, 2):
            key = changing.sticks[number - 1] / f"root-{number}.key"
            typed = f"yes\n{changing.passphrases[number - 1]}\n"
            done = run("roster", "sign", file, "--org", apart_folder, "--key-file", key, typed=typed)
            assert done.returncode == 0, done.stderr
        hand_in(central, id, file.read_bytes())
        assert (central.chain.root.no, central.chain.latest.no) == (2, 2)
    assert sorted(one.name for one in (apart_folder / "rosters").iterdir()) == [
        "roster-1-root-2.json",
        "roster-1.json",
        "roster-2.json",
    ]
    assert chain_of(apart_folder).root.no == 2


def test_a_second_change_follows_the_first_and_each_has_its_place(changing: Changing) -> None:
    assert changing.sign("root-1", "root-2").returncode == 0
    assert changing.renew(1, 2).returncode == 0
    chain = chain_of(changing.folder)
    with_new = [KeyFile.open((changing.sticks[at] / f"root-{at + 1}.key").read_bytes(), changing.passphrases[at])
                for at in (0, 1)]  # fmt: skip
    third = [Signer.generate(ROOT_ALGORITHMS) for _ in range(3)]
    value = {
        "v": "testimony/1/root", "no": 3, "threshold": 2,
        "keys": [[key.describe() for key in one.public_keys] for one in third],
    }  # fmt: skip
    record = root_change.proposed(Root.parse(canonical.encode(value)), third[1:])
    for opened in with_new:
        assert opened.root is not None
        record = root_change.with_signature(record, opened.root)
    bundle = changing.folder / "third.bundle"
    chain.add(record)
    bundle.write_bytes(bundle_trust.write((changing.folder / "root.json").read_bytes(), chain.records, (), ()))
    assert run("station", "update", bundle, "--home", changing.folder / "field").returncode == 0
    assert run("roster", "follow", bundle, "--org", changing.folder).returncode == 0
    assert changing.station("field").root.no == chain_of(changing.folder).root.no == 3
    assert [root.no for root in chain_of(changing.folder).roots] == [3, 2, 1]
