"""An archive is checked from its bytes alone: what was changed, cut off, exchanged or contradicts is named, by kind."""

from __future__ import annotations

import io
import json
import subprocess
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from testimony import canonical
from testimony.errors import ArchiveUnreadable, Refused
from testimony.sealing import archive, archivechecks, archivewords, statements
from testimony.sealing.early import early_withdrawal
from testimony.sealing.records import SignedRecord
from testimony.sealing.signing import ROOT_ALGORITHMS, Signer
from testimony.sealing.storedzip import Container
from tests.sealing.archived import (
    DAY,
    Case,
    Files,
    container,
    failures,
    findings,
    flipped,
    objects,
    packed,
    record_files,
    signed,
)
from tests.sealing.organisation import root_value
from tests.sealing.seencases import SEEN_RIGHT, SEEN_WRONG, authority, stamped

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "tests" / "vectors" / "archives"
Spoil = Callable[[Case, Files], bytes]


@pytest.fixture(scope="module")
def case() -> Case:
    return Case()


def changed(name: str, at: int = -1) -> Spoil:
    """One bit of a file turned, the list made anew by whoever turned it: only what was signed long ago can tell."""
    return lambda case, files: case.pack({**files, found(files, name): flipped(files[found(files, name)], at)})


def found(files: Files, name: str) -> str:
    """The first file whose name has `name` in it."""
    return next(one for one in files if name in one)


def without(*names: str) -> Spoil:
    return lambda case, files: case.pack(
        {name: data for name, data in files.items() if not any(part in name for part in names)}
    )


def more(make: Callable[[Case], Files]) -> Spoil:
    return lambda case, files: case.pack({**files, **make(case)})


def other_record(name: str, other: SignedRecord) -> Spoil:
    return lambda case, files: case.pack({**files, **signed(name, other)})


def swapped(case: Case, files: Files) -> bytes:
    """The account of one testimony under the manifest of another."""
    other = Case(case.organisation, case.central)
    mine, theirs = case.revealed("narrative"), other.revealed("narrative")
    return case.pack({**files, **dict(zip(mine, theirs.values(), strict=True))})


def newer(case: Case, files: Files) -> bytes:
    value = {**case.sign(files).value, "v": "testimony/2/archive", "more": 1}
    return packed(files, SignedRecord.sign(value, case.organisation.lawyer_signer))


def by_a_stranger(case: Case, files: Files) -> bytes:
    return packed(files, SignedRecord.sign(case.sign(files).value, Signer.generate()))


def withdrawal(case: Case, signer: Signer, scope: object = "all") -> SignedRecord:
    return statements.withdrawal(tid=case.tid, scope=scope, day=DAY, signer=signer)  # type: ignore[arg-type]


def contested(case: Case) -> Files:
    organisation = case.organisation
    taken = withdrawal(case, organisation.interviewer)
    said = [
        statements.contest(withdrawal=taken.id, annex="0" * 64, day=DAY, signer=signer)
        for signer in (organisation.lawyer_signer, organisation.coordinator_signer)
    ]
    return record_files(taken, *said)


def another_manifest(case: Case) -> Files:
    """Signed by a key that the roster does not know as a phone's."""
    return record_files(SignedRecord.sign(case.sealed.record.value, case.organisation.interviewer))


SPOILED: dict[str, tuple[Spoil, list[str]]] = {
    "one bit of the root": (changed("root.json"), ["root.form"]),
    "one bit of a roster": (changed("chain/0001.json", 200), ["rosters.refused"]),
    "one bit of the roots' signatures": (changed("chain/0001.sigs", 300), ["rosters.refused"]),
    "no roster": (without("chain/"), ["rosters.refused"]),
    "no root": (without("root.json"), ["root.form"]),
    "one bit of a sealed part": (changed("objects/"), ["list.misnamed"]),
    "a sealed part of nobody": (more(lambda _: objects(b"smuggled in")), ["record.strange"]),
    "one bit of the account": (changed("narrative.content"), ["revealed.content"]),
    "one bit of its first line": (changed("narrative.line", 40), ["revealed.commitment"]),
    "a first line without its words": (without("narrative.content"), ["revealed.header"]),
    "another testimony's account": (swapped, ["revealed.commitment"]),
    "who took it down, changed": (changed("provenance.content", 30), ["revealed.content"]),
    "a part of a testimony that is not here": (
        more(lambda _: {f"revealed/{'0' * 32}/narrative.line": b"{}"}),
        ["revealed.nowhere"],
    ),
    "one bit of a signed head of the log": (changed(".note"), ["log.refused", "log.entry"]),
    "one bit of an entry's path": (changed(".entry", 30), ["log.entry"]),
    "the path of another entry": (
        more(lambda case: {f"{case.log}/5.entry": next(iter(case.proof(4, 7).values()))}),
        ["log.entry"],
    ),
    "two logs of one size": (more(lambda case: case.note(7, b"\1" * 32)), ["log.forked"]),
    "an earlier log that is no beginning": (
        more(lambda case: case.note(5, b"\1" * 32) | case.grew(5, 7)),
        ["log.forked"],
    ),
    "a signed head under another size": (
        more(lambda case: {f"{case.log}/6-{'0' * 8}.note": next(iter(case.note(5).values()))}),
        ["log.refused"],
    ),
    "a signed head of another life": (
        more(lambda case: {f"log/{case.central.kid}/none/5-{'0' * 8}.note": next(iter(case.note(5).values()))}),
        ["log.refused"],
    ),
    "an earlier log without a proof": (without(".grew"), ["log.unproven"]),
    "no signed head at all": (without(".note"), ["log.entry", "log.entry"]),
    "a list signed by a stranger": (by_a_stranger, ["list.unsigned"]),
    "a list of another organisation": (
        lambda case, files: packed(files, case.sign(files, organisation="0" * 64)),
        ["list.foreign"],
    ),
    "taken back by the witness's code": (
        more(lambda case: record_files(withdrawal(case, case.code))),
        ["withdrawn.all"],
    ),
    "taken back before it was known": (
        more(lambda case: record_files(early_withdrawal(day=DAY, signer=case.code))),
        ["withdrawn.all"],
    ),
    "a withdrawal by a stranger": (
        more(lambda case: record_files(withdrawal(case, Signer.generate()))),
        ["record.refused"],
    ),
    "a device that was revoked before": (more(lambda case: record_files(case.revoked(3))), ["manifest.revoked"]),
    "a manifest that no phone signed": (lambda case, files: case.pack(unsigned(files, case)), ["manifest.refused"]),
    "a newer version": (newer, ["file.newer"]),
    "another list": (lambda case, files: case.pack(files, {**files, "root.json": b"{}"}), ["list.changed"]),
    "a file more than the list": (
        lambda case, files: case.pack({**files, f"objects/{'0' * 64}": b""}, files),
        ["list.other"],
    ),
    "a file fewer than the list": (
        lambda case, files: case.pack(files, {**files, f"objects/{'0' * 64}": b""}),
        ["list.other"],
    ),
    "cut off": (lambda case, files: case.pack(files)[:-1], ["file.truncated"]),
    "cut off in the middle": (lambda case, files: case.pack(files)[:5000], ["file.truncated"]),
    "something behind it": (lambda case, files: case.pack(files) + b"\0", ["file.truncated"]),
    "empty": (lambda case, files: b"", ["file.not"]),
    "a picture": (lambda case, files: b"\xff\xd8\xff" + bytes(99), ["file.not"]),
    "a zip of something else": (lambda case, files: container({"letter.txt": b"words"}), ["file.not"]),
    "one bit on the disk": (lambda case, files: flipped(case.pack(files), 5000), ["list.damaged"]),
    "one bit of the directory": (lambda case, files: flipped(case.pack(files), -60), ["file.form"]),
}  # fmt: skip
HOLDING: dict[str, tuple[Spoil, list[str]]] = {
    "everything": (lambda case, files: case.pack(files), []),
    "no sealed parts": (without("objects/"), ["sealed.absent"]),
    "a sealed part fewer": (
        lambda case, files: case.pack({n: d for n, d in files.items() if n != found(files, "objects/")}),
        ["sealed.lacking"],
    ),
    "nothing in clear": (without("revealed/"), ["interviewer.sealed"]),
    "no log": (without("log/"), ["received.open"]),
    "a time stamp": (more(lambda _: {f"timestamps/{'0' * 64}.tsr": b"reply"}), ["list.times"]),
    "a contested withdrawal": (more(contested), []),
    "a head taken back": (
        more(lambda case: record_files(withdrawal(case, case.code, [canonical.sha256_hex(b"head")]))),
        [],
    ),
    "a device that was revoked later": (more(lambda case: record_files(case.revoked(4))), []),
    "a second roster": (lambda case, files: case.pack({**files, **second(case)}), []),
    "new roots, and what the old ones signed before": (
        more(lambda case: new_roots(case) | record_files(case.revoked(4))),
        [],
    ),
}


SPOILED |= SEEN_WRONG
SPOILED |= {
    "new roots that one old one signed": (
        more(lambda case: new_roots(case, *NEW_ROOTS[:2], case.organisation.roots[0])),
        ["rosters.refused"],
    ),
    "new roots that did not sign themselves": (
        more(lambda case: new_roots(case, *case.organisation.roots)),
        ["rosters.refused"],
    ),
    "a roster of the old roots after the new ones": (
        more(lambda case: new_roots(case, after=case.organisation.roots[:2])),
        ["rosters.refused"],
    ),
}
HOLDING |= SEEN_RIGHT


NEW_ROOTS = [Signer.generate(ROOT_ALGORITHMS) for _ in range(3)]


def new_roots(case: Case, *signers: Signer, after: Sequence[Signer] = NEW_ROOTS[:2]) -> Files:
    """Roots number 2, signed by themselves and two of the old ones (or `signers`), and a roster by `after`."""
    made = case.organisation
    change = made.sign(root_value(NEW_ROOTS, no=2), signers or [*NEW_ROOTS[:2], *made.roots[1:]])
    next_one = made.sign(made.successor(issued="2026-11-26"), list(after))
    return signed("chain/0002", change) | signed("chain/0003", next_one)


def second(case: Case) -> Files:
    return signed("chain/0002", case.organisation.sign(case.organisation.successor(issued="2026-11-26")))


def unsigned(files: Files, case: Case) -> Files:
    return {**files, **another_manifest(case)}


def test_a_stamp_and_a_cosignature_say_when_and_by_whom_the_head_was_seen(case: Case) -> None:
    said = {one.code: one for one in findings(case.pack(case.cosigned(stamped(case, case.files()), 7)))}
    assert said["time.holds"].values.items() >= {"authority": "Invented Time", "size": 7}.items()
    assert said["time.holds"].values["root"] == canonical.sha256_hex(authority().roots[0])
    seen = {"partner": "partner.example/w1", "size": 7, "time": "2026-11-25T12:00:00Z"}
    assert said["cosigned.holds"].values == seen


def test_roots_of_whoever_checks_stand_in_place_of_those_in_the_archive(case: Case) -> None:
    data = case.pack(stamped(case, case.files()))
    other = authority(digest="sha512").roots
    for roots, code in ((authority().roots, "time.holds"), (other, "time.root")):
        assert code in [one.code for one in archivechecks.examine(io.BytesIO(data), roots)]
    bare = case.pack({n: d for n, d in stamped(case, case.files()).items() if not n.endswith(".pem")})
    assert "time.holds" in [one.code for one in archivechecks.examine(io.BytesIO(bare), authority().roots)]


@pytest.mark.parametrize("kind", SPOILED)
def test_each_kind_of_spoiling_is_found_and_named(case: Case, kind: str) -> None:
    spoil, codes = SPOILED[kind]
    assert failures(spoil(case, case.files())) == codes


@pytest.mark.parametrize("kind", HOLDING)
def test_what_is_only_not_there_is_said_and_is_no_failure(case: Case, kind: str) -> None:
    make, codes = HOLDING[kind]
    said = findings(make(case, case.files()))
    assert [one.code for one in said if one.holds == "no"] == []
    assert [one.code for one in said if one.holds == "open"] == codes


def test_whatever_single_byte_is_changed_something_fails(case: Case) -> None:
    data = case.pack(case.files())
    for at in range(0, len(data), 1009):
        assert failures(flipped(data, at)), at


def test_every_finding_has_its_sentence(case: Case) -> None:
    for spoil, _ in [*SPOILED.values(), *HOLDING.values()]:
        for one in findings(spoil(case, case.files())):
            assert "%(" not in str(one)
    assert {code.partition(".")[0] for code in archivewords.SENTENCES} >= {"file", "list", "root", "log", "revealed"}


def test_any_unzip_program_takes_an_archive_apart_and_sha256sum_finds_it_whole(case: Case, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(case.pack(case.files()))) as unzipped:
        assert unzipped.testzip() is None
        unzipped.extractall(tmp_path)
    done = subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=tmp_path, check=False)
    assert done.returncode == 0


def test_the_same_things_are_the_same_bytes(case: Case) -> None:
    assert case.pack(case.files()) == case.pack(case.files())


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data.replace(b"README.txt", b"../../.txt"),
        lambda data: data.replace(b"README.txt", b"/EADME.txt"),
        lambda data: data.replace(b"PK\x03\x04\x14\x00\x00\x00\x00\x00", b"PK\x03\x04\x14\x00\x00\x00\x08\x00"),
        lambda data: data.replace(b"PK\x01\x02", b"PK\x01\x03"),
    ],
)  # fmt: skip
def test_a_container_of_another_form_is_refused_before_anything_is_believed(
    case: Case, spoil: Callable[[bytes], bytes]
) -> None:
    assert failures(spoil(case.pack(case.files())))[0] in {"file.form", "list.damaged"}


def test_a_file_larger_than_allowed_is_not_read(case: Case) -> None:
    with pytest.raises(ArchiveUnreadable) as refused:
        Container(io.BytesIO(case.pack(case.files()))).read("root.json", 10)
    assert refused.value.reason == "large"


def test_a_list_with_names_of_no_version_is_refused(case: Case) -> None:
    with pytest.raises(Refused):
        archive.parse_index(case.sign({"../secret": b""}))


@pytest.mark.parametrize("name", ["first", "seen"])
def test_the_archives_of_this_version_hold_for_ever(name: str) -> None:
    """In `seen` are time stamps and a cosignature; the certificates behind the stamps ended in December 2026."""
    expected = json.loads((VECTORS / f"{name}.json").read_text("utf-8"))
    said = findings((VECTORS / f"{name}.zip").read_bytes())
    assert [[one.code, str(one.holds), one.tid, one.values] for one in said] == expected


def test_the_archive_of_a_later_version_is_refused_with_its_sentence() -> None:
    (said,) = findings((VECTORS / "newer.zip").read_bytes())
    assert (said.holds, "newer version" in str(said)) == ("no", True)


def test_the_browsers_twin_finds_the_same_in_the_same_order(case: Case, node: str, tmp_path: Path) -> None:
    expected = {}
    for number, (kind, (make, _)) in enumerate({**SPOILED, **HOLDING}.items()):
        data = make(case, case.files())
        (tmp_path / f"{number}.zip").write_bytes(data)
        expected[f"{number}.zip"] = [kind, [[one.code, one.holds, one.tid, one.values] for one in findings(data)]]
    (tmp_path / "expected.json").write_text(json.dumps(expected), "utf-8")
    script = ROOT / "tests" / "js" / "archivetwin.mjs"
    done = subprocess.run([node, str(script), str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.strip() == f"{len(expected)} archives alike"
