"""A key counts after its ceremony alone: shown once, tested from paper, signed by what the papers gave back."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from testimony import canonical
from testimony.cli.organisation import paperwork
from testimony.errors import Refused
from testimony.sealing.age.errors import PassphraseWrong
from testimony.sealing.keys import recovery_shares
from testimony.sealing.keys.errors import ShareRefused
from testimony.sealing.keys.key_file import KeyFile
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster import root_change
from testimony.sealing.roster.admission import read_admission
from testimony.sealing.roster.chain import Root, RosterChain, key_groups
from testimony.sealing.roster.errors import EnrolmentRefused, RosterRefused
from testimony.sealing.roster.trusted_files import KEY, Trust
from testimony.sealing.statements import ceremony_record
from testimony.sealing.statements.ceremony_record import Attendance
from testimony.sealing.statements.errors import CeremonyRefused
from testimony.sealing.update import release_keys
from testimony.services.certificates.errors import FileTaken
from testimony.services.custody import log as custody_log
from testimony.services.enrolment import ceremony, key_media, organisation
from testimony.services.enrolment.ceremony import (
    KeysOfThree,
    PageCeremony,
    RecoveryCeremony,
    ReleaseCeremony,
    RootCeremony,
)
from testimony.services.enrolment.organisation import Organisation, Plan
from testimony.services.intake.intake import take_in
from testimony.services.records.types import Incoming
from testimony.services.roster import adoption as roster_adoption
from testimony.services.startup import open_station
from tests.support.services import rosters
from tests.support.settings import FAST, ISSUED

DAY = "2026-01-20"
PEOPLE = (("helen", "lead"), *((f"keeper-{number}", "holder") for number in range(1, 6)), ("omar", "witness"))
THREE = PEOPLE[:4]


def begun(**changes: object) -> RecoveryCeremony:
    it = RecoveryCeremony(id="recovery", day=DAY, **changes)  # type: ignore[arg-type]
    it.begin("office-2", PEOPLE)
    return it


def handed_out(it: RecoveryCeremony) -> list[str]:
    papers = []
    for number in range(1, 6):
        papers.append(it.share(number).text)
        it.hand_over(number)
    return papers


def finished(**changes: object) -> tuple[RecoveryCeremony, list[str]]:
    it = begun(**changes)
    papers = handed_out(it)
    it.test(papers[:3])
    it.test(papers[2:])
    return it, papers


def reason(call: object, *given: object) -> str:
    with pytest.raises((CeremonyRefused, ShareRefused)) as refusal:
        call(*given)  # type: ignore[operator]
    return str(refusal.value.reason)


def test_each_share_goes_to_one_holder_and_is_shown_to_nobody_afterwards() -> None:
    it = begun()
    for number in range(1, 6):
        assert it.holder == f"keeper-{number}"
        assert reason(it.share, number + 1) == "order"
        assert it.share(number).number == number
        it.hand_over(number)
        assert reason(it.share, number) == "shown"
    assert it.holder == ""


def test_nothing_counts_before_each_share_was_used_in_a_test() -> None:
    it = begun()
    assert reason(it.test, ["", "", ""]) == "order"
    papers = handed_out(it)
    assert it.test(papers[:3]) == {1, 2, 3}
    assert not it.tested
    assert reason(ceremony.require_counts, it) == "order"
    assert reason(it.test, papers[:3]) == "used"
    assert it.test([papers[0], papers[3], papers[4]]) == {1, 2, 3, 4, 5}
    assert set(ceremony.require_counts(it).files) == {"recovery-request.json", "recovery-ceremony.json"}


def test_a_paper_that_was_copied_wrongly_ends_in_a_sentence_and_changes_nothing() -> None:
    it = begun()
    papers = handed_out(it)
    words = papers[0].split()
    wrong = " ".join([*words[:-1], "academic" if words[-1] != "academic" else "acid"])
    assert reason(it.test, [wrong, *papers[1:3]]) == "checksum"
    assert reason(it.test, [papers[0], papers[0], papers[1]]) == "duplicate"
    others = [share.text for share in recovery_shares.split(bytes(32))]
    assert reason(it.test, others[:3]) == "key"
    assert it.used == frozenset()


def held(value: object) -> Iterator[str | bytes]:
    """Every text and every bytes below `value`, whatever its `repr` keeps to itself."""
    if isinstance(value, str | bytes):
        yield value
        return
    inside = [*getattr(value, "__dict__", {}).values()]
    if isinstance(value, Mapping):
        inside += [*value, *value.values()]
    elif isinstance(value, Iterable):
        inside += value
    for one in inside:
        yield from held(one)


def test_the_secret_is_nowhere_in_the_ceremony_once_the_shares_are_handed_out() -> None:
    """What the program still holds after the last share gives no share and no key back."""
    it = begun()
    words = set(it.share(1).words[4:])  # those before say which set it is, not what is in it
    assert words <= set(held(it))
    papers = handed_out(it)
    seed = recovery_shares.combine([recovery_shares.read_share(text) for text in papers[:3]])
    assert not {seed, seed.hex(), *papers} & set(held(it))
    # a name of the program's may be one word of the list, as "result" is
    assert len(words & set(held(it))) < 3


def test_a_drill_leaves_nothing_that_could_get_into_a_roster() -> None:
    it, _ = finished(drill=True)
    assert it.result is not None
    assert it.result.files == {}
    assert reason(ceremony.require_counts, it) == "drill"


@pytest.mark.parametrize(
    ("place", "people", "why"),
    [
        ("Main Street 5", PEOPLE, "place"),
        ("office-2", PEOPLE[1:], "people"),
        ("office-2", PEOPLE[:5], "people"),
        ("office-2", (*PEOPLE[:5], ("keeper-1", "holder")), "people"),
        ("office-2", (*PEOPLE[:5], ("Anna Real", "holder")), "people"),
    ],
)
def test_who_is_there_is_five_holders_and_a_lead_by_codes(
    place: str, people: tuple[tuple[str, str], ...], why: str
) -> None:
    it = RecoveryCeremony(id="recovery", day=DAY)
    assert reason(it.begin, place, people) == why
    assert it.attendance is None


def test_a_name_that_no_roster_takes_is_refused_before_anything_is_made() -> None:
    it = RecoveryCeremony(id="Recovery Key", day=DAY)
    with pytest.raises(EnrolmentRefused):
        it.begin("office-2", PEOPLE)
    assert it.attendance is None


def test_the_new_key_gets_into_the_roster_and_its_record_into_the_log(homes: Path, organisation: Organisation) -> None:
    it, papers = finished()
    assert it.result is not None
    asked = read_admission(it.result.files["recovery-request.json"])
    record = SignedRecord.decode(it.result.files["recovery-ceremony.json"])
    with open_station(homes / "central") as central:
        early = take_in(central, [Incoming("record", record.encode())])
        assert [status.rule for status in early.statuses] == ["signer.unknown"]
        people = [one for one in json.loads(organisation.roster.data)["people"] if one["role"] != "recovery"]
        following = rosters.after(organisation, organisation.roster, people=[*people, asked.entry()])
        with central.database.transaction() as session:
            assert roster_adoption.adopt(central, session, following)
        for expected in ("stored", "duplicate"):
            outcome = take_in(central, [Incoming("record", record.encode())])
            assert [status.status for status in outcome.statuses] == [expected]
        with central.database.reading() as session:
            assert [act.kind for act in custody_log.said_about(session, record.id)] == ["ceremony"]
        assert central.chain.recipients("recovery") == [asked.recipient]
    keys = recovery_shares.keys_of(recovery_shares.combine([recovery_shares.read_share(text) for text in papers[1:4]]))
    assert keys.opening is not None
    assert keys.opening.recipient == asked.recipient
    assert "keeper-3" in json.dumps(record.value)


def test_a_record_of_a_ceremony_by_anybody_else_is_refused(homes: Path, organisation: Organisation) -> None:
    it, _ = finished()
    assert it.recipient is not None
    chain = RosterChain(organisation.root, [organisation.roster])
    attendance = Attendance(place="office-2", day=DAY, people=PEOPLE)
    with pytest.raises(Refused):
        ceremony_record.verify(
            ceremony_record.attested(
                ceremony_record.RECOVERY,
                attendance,
                ceremony_record.name_of(it.recipient),
                organisation.signers["node-1"],
            ),
            chain,
        )
    strange = ended_roots(homes)
    with pytest.raises(Refused):
        ceremony_record.verify(SignedRecord.decode(strange.files["roots-ceremony.json"]), chain)


def ended_roots(folder: Path, number: int = 1) -> ceremony.Result:
    it, sticks, words = made_roots(folder, number)
    for pair in ((0, 1), (2, 0)):
        it.test([(key_media.read_key(sticks[one], "root"), words[one]) for one in pair])
    return ceremony.require_counts(it)


def made_roots(folder: Path, which: int = 1) -> tuple[RootCeremony, list[Path], list[str]]:
    it = RootCeremony(day=DAY, work=FAST, number=which)
    return it, *onto_sticks(it, folder)


def onto_sticks(it: KeysOfThree, folder: Path) -> tuple[list[Path], list[str]]:
    it.begin("office-2", THREE)
    sticks = [folder / f"stick-{number}" for number in range(1, 4)]
    for stick in sticks:
        stick.mkdir()
    return sticks, [it.make(number, paperwork.onto(sticks, it.KIND, number)) for number in range(1, 4)]


def test_roots_that_take_the_place_of_others_are_a_proposal_to_those(
    tmp_path: Path, organisation: Organisation
) -> None:
    made = ended_roots(tmp_path, number=2)
    assert sorted(made.files) == ["roots-ceremony.json", "roots-change.json"]
    chain = RosterChain(organisation.root, [organisation.roster])
    record, root = root_change.read(made.files["roots-change.json"], chain)
    assert (root.no, root.threshold, root.fingerprint) == (2, 2, made.fingerprint)
    attended = SignedRecord.decode(made.files["roots-ceremony.json"])
    with pytest.raises(Refused):
        ceremony_record.verify(attended, chain)
    for name in ("root-1", "root-3"):
        record = root_change.with_signature(record, rosters.root_of(organisation, name))
    assert chain.add(record)
    assert ceremony_record.verify(attended, chain).holders == ["keeper-1", "keeper-2", "keeper-3"]


def test_who_was_at_the_ceremony_of_the_old_roots_holds_after_new_ones(
    tmp_path: Path, organisation: Organisation
) -> None:
    chain = RosterChain(organisation.root, [organisation.roster])
    roots = [rosters.root_of(organisation, name) for name in rosters.ROOTS]
    attended = ceremony_record.attested_by_roots(
        Attendance(place="office-2", day=DAY, people=THREE), organisation.root, roots
    )
    record, _ = root_change.read(ended_roots(tmp_path, number=2).files["roots-change.json"], chain)
    for root in roots:
        record = root_change.with_signature(record, root)
    chain.add(record)
    assert ceremony_record.verify(attended, chain).place == "office-2"


def test_a_record_of_roots_that_nobody_knows_or_of_another_first_signer_is_refused(organisation: Organisation) -> None:
    chain = RosterChain(organisation.root, [organisation.roster])
    signers = [rosters.root_of(organisation, name) for name in rosters.ROOTS]
    attendance = Attendance(place="office-2", day=DAY, people=THREE)
    said = dict(ceremony_record.attested_by_roots(attendance, organisation.root, signers).value)
    for change in ({"key": "ab" * 32}, {"by": signers[-1].kid}):
        changed = SignedRecord.sign_by_roots(said | change, signers)
        with pytest.raises(Refused) as refused:
            ceremony_record.verify(changed, chain)
        assert refused.value.rule == "structure"


def test_roots_count_after_each_of_the_three_has_signed(tmp_path: Path) -> None:
    it, sticks, words = made_roots(tmp_path)
    opened = [(key_media.read_key(stick, "root"), word) for stick, word in zip(sticks, words, strict=True)]
    assert reason(it.test, [opened[0], opened[0]]) == "roots"
    with pytest.raises(PassphraseWrong):
        it.test([opened[0], (opened[1][0], words[0])])
    assert it.test(opened[:2]) == {1, 2}
    assert it.result is None
    assert reason(it.test, opened[:2]) == "used"
    it.test(opened[1:])
    made = ceremony.require_counts(it)
    assert Root.parse(made.files["root.json"]).threshold == 2
    assert made.fingerprint == Root.parse(made.files["root.json"]).fingerprint


def test_a_root_of_another_ceremony_is_not_taken(tmp_path: Path) -> None:
    it, sticks, words = made_roots(tmp_path)
    (tmp_path / "other").mkdir()
    _, others, strange = made_roots(tmp_path / "other")
    pair = [(key_media.read_key(sticks[0], "root"), words[0]), (key_media.read_key(others[1], "root"), strange[1])]
    assert reason(it.test, pair) == "root"


def test_a_stick_that_is_gone_leaves_no_root_behind(tmp_path: Path) -> None:
    it = RootCeremony(day=DAY, work=FAST)
    it.begin("office-2", THREE)
    assert reason(it.make, 1, lambda sealed: key_media.write_key(tmp_path / "gone", "root", 1, sealed)) == "folder"
    assert it.made == 0
    it.make(1, lambda sealed: key_media.write_key(tmp_path, "root", 1, sealed))
    with pytest.raises(FileTaken):
        it.make(2, lambda sealed: key_media.write_key(tmp_path, "root", 2, sealed))
    assert it.made == 1, "two roots on one stick would be one holder's"


def test_a_key_file_that_was_spoilt_on_its_way_leaves_room_for_the_next_try(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    it = RootCeremony(day=DAY, work=FAST)
    it.begin("office-2", THREE)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_bytes", lambda _: b"spoilt")
        assert reason(it.make, 1, lambda sealed: key_media.write_key(tmp_path, "root", 1, sealed)) == "folder"
    assert list(tmp_path.iterdir()) == []
    it.make(1, lambda sealed: key_media.write_key(tmp_path, "root", 1, sealed))
    assert it.made == 1


def test_any_two_of_the_three_sign_a_roster_and_one_does_not(tmp_path: Path) -> None:
    it, sticks, words = made_roots(tmp_path)
    signers = [
        KeyFile.open(key_media.read_key(stick, "root"), word).root for stick, word in zip(sticks, words, strict=True)
    ]
    for pair in itertools.combinations(signers, 2):
        it.public.verify(SignedRecord.sign_by_roots({"v": "testimony/1/roster"}, [one for one in pair if one]))
    with pytest.raises(RosterRefused):
        it.public.verify(SignedRecord.sign_by_roots({"v": "testimony/1/roster"}, [one for one in signers[:1] if one]))


def test_an_organisation_is_founded_on_both_ceremonies(tmp_path: Path) -> None:
    it, sticks, words = made_roots(tmp_path)
    for pair in ((0, 1), (2, 0)):
        it.test([(key_media.read_key(sticks[one], "root"), words[one]) for one in pair])
    roots = ceremony.require_counts(it)
    recovery, _ = finished()
    request = read_admission(ceremony.require_counts(recovery).files["recovery-request.json"])
    signers = [KeyFile.open(key_media.read_key(sticks[one], "root"), words[one]).root for one in (0, 1)]
    plan = Plan(
        name="Border Watch", lawyer_names=("A", "B"), issued=ISSUED, key_file_work=FAST, recovery=request,
        root=roots.files["root.json"], roots=[one for one in signers if one],
    )  # fmt: skip
    made = organisation.create(tmp_path / "org", plan)
    assert made.root.fingerprint == roots.fingerprint
    assert not {"root-1", "recovery"} & {keeper.id for keeper in made.keepers}, "no secret of them is made here"
    assert not list((made.folder / "keys").glob("r*.key"))
    with open_station(made.folder / "central") as central:
        assert central.chain.recipients("recovery") == [request.recipient]
        for files, name in ((roots.files, "roots-ceremony.json"), (recovery.result.files, "recovery-ceremony.json")):  # type: ignore[union-attr]
            outcome = take_in(central, [Incoming("record", files[name])])
            assert [status.status for status in outcome.statuses] == ["stored"]
        with central.database.reading() as session:
            kinds = [json.loads(entry)["kind"] for _, entry in custody_log.entries(session, 0, 100)]
        assert kinds.count("ceremony") == 2


def test_page_keys_count_after_each_of_the_three_has_signed_and_once_a_roster_names_them(
    tmp_path: Path, organisation: Organisation, homes: Path
) -> None:
    it = PageCeremony(day=DAY, work=FAST)
    sticks, words = onto_sticks(it, tmp_path)
    opened = [(key_media.read_key(stick, "page"), word) for stick, word in zip(sticks, words, strict=True)]
    (tmp_path / "roots").mkdir()
    _, others, strange = made_roots(tmp_path / "roots")
    assert reason(key_media.read_key, others[0], "page") == "page"
    root = (key_media.read_key(others[0], "root"), strange[0])
    assert reason(it.test, [opened[0], root]) == "page"
    assert reason(it.test, [opened[0], opened[0]]) == "pages"
    it.test(opened[:2])
    assert reason(ceremony.require_counts, it) == "order"
    it.test(opened[1:])
    made = ceremony.require_counts(it)
    halves = [canonical.decode(made.files[f"page-{number}.key.public.json"]) for number in (1, 2, 3)]
    record = SignedRecord.decode(made.files["pages-ceremony.json"])
    chain = RosterChain(organisation.root, [organisation.roster])
    with pytest.raises(Refused):
        ceremony_record.verify(record, chain)  # no roster names the keys yet
    following = naming(organisation, [halves[2], halves[0], halves[1]])
    chain.add(following)
    assert ceremony_record.verify(record, chain).holders == ["keeper-1", "keeper-2", "keeper-3"]
    one = SignedRecord(record.data, record.sigs[:1])
    with pytest.raises(Refused, match="signature"):
        ceremony_record.verify(one, chain)
    with open_station(homes / "central") as central:
        with central.database.transaction() as session:
            assert roster_adoption.adopt(central, session, following)
        outcome = take_in(central, [Incoming("record", record.encode())])
        assert [status.status for status in outcome.statuses] == ["stored"]
        with central.database.reading() as session:
            assert [act.kind for act in custody_log.said_about(session, record.id)] == ["ceremony"]


def test_release_keys_of_a_ceremony_make_the_list_that_two_of_them_sign(tmp_path: Path) -> None:
    it = ReleaseCeremony(day=DAY, work=FAST)
    sticks, words = onto_sticks(it, tmp_path)
    opened = [(key_media.read_key(stick, "release"), word) for stick, word in zip(sticks, words, strict=True)]
    (tmp_path / "roots").mkdir()
    _, others, strange = made_roots(tmp_path / "roots")
    assert reason(it.test, [opened[0], (key_media.read_key(others[0], "root"), strange[0])]) == "release"
    assert reason(it.test, [opened[0], opened[0]]) == "releases"
    it.test(opened[:2])
    it.test(opened[1:])
    made = ceremony.require_counts(it)
    assert sorted(made.files) == [f"release-{number}.key.public.json" for number in (1, 2, 3)]
    listed = release_keys.parse(release_keys.unsigned(key_groups(map(canonical.decode, made.files.values())), no=1))
    kids = {KeyFile.open(data, word).root.kid for data, word in opened}  # type: ignore[union-attr]
    assert set(listed.kids) == kids


def naming(made: Organisation, halves: list[Any]) -> SignedRecord:
    """The next roster, with these page keys."""
    value = json.loads(made.roster.data)
    trust = Trust.said_in({KEY: {"files": [], "releases": halves}})
    described = replace(Trust.said_in(value), releases=trust.releases).describe()
    return rosters.after(made, made.roster, **{KEY: described})


def test_a_drill_of_page_keys_leaves_no_key_that_a_roster_could_name(tmp_path: Path) -> None:
    it = PageCeremony(day=DAY, work=FAST, drill=True)
    sticks, words = onto_sticks(it, tmp_path)
    opened = [(key_media.read_key(stick, "page"), word) for stick, word in zip(sticks, words, strict=True)]
    it.test(opened[:2])
    it.test(opened[1:])
    assert it.result is not None
    assert it.result.files == {}
    assert reason(ceremony.require_counts, it) == "drill"
