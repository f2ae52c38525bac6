"""An archive is checked from its bytes alone: what was changed, cut off, exchanged or contradicts is named, by kind."""

from __future__ import annotations

import io
import json
import subprocess
import zipfile
from pathlib import Path

import pytest

from testimony import canonical
from testimony.errors import Refused
from testimony.sealing import verification
from testimony.sealing.archive import archive
from testimony.sealing.archive import checks as archive_checks
from testimony.sealing.archive import report as archive_report
from testimony.sealing.archive.errors import ArchiveUnreadable
from testimony.sealing.archive.parts import Revealed
from testimony.sealing.archive.zip import Container
from tests.support.sealing import archive_cases
from tests.support.sealing.archive_cases import HOLDING, SPOILED
from tests.support.sealing.archives import Case, failures, findings, flipped
from tests.support.sealing.container_cases import VECTORS
from tests.support.sealing.witness_cases import authority, stamped

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def case() -> Case:
    return Case()


@pytest.fixture(scope="module")
def archives(case: Case) -> dict[str, bytes]:
    return archive_cases.made(case)


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
        assert code in [one.code for one in archive_checks.examine(io.BytesIO(data), roots)]
    bare = case.pack({n: d for n, d in stamped(case, case.files()).items() if not n.endswith(".pem")})
    assert "time.holds" in [one.code for one in archive_checks.examine(io.BytesIO(bare), authority().roots)]


@pytest.mark.parametrize("kind", SPOILED)
def test_each_kind_of_spoiling_is_found_and_named(archives: dict[str, bytes], kind: str) -> None:
    assert failures(archives[kind]) == SPOILED[kind][1]


@pytest.mark.parametrize("kind", HOLDING)
def test_what_is_only_not_there_is_said_and_is_no_failure(archives: dict[str, bytes], kind: str) -> None:
    said = findings(archives[kind])
    assert [one.code for one in said if one.holds == "no"] == []
    assert [one.code for one in said if one.holds == "open"] == HOLDING[kind][1]


def test_what_no_log_proves_is_never_concluded_as_what_one_proves(archives: dict[str, bytes]) -> None:
    """Parts that stay sealed and are not here leave nothing open; Chromium concludes the same of every kind."""
    concluded = {kind: verification.conclusion(findings(archives[kind])) for kind in HOLDING}
    doubtful = {"no log", "the parts in clear alone", "a testimony under an expired roster"}
    assert {kind for kind, one in concluded.items() if one == "open"} == {
        *doubtful,
        "a testimony of a phone that was removed",
    }
    assert {concluded[kind] for kind in ("everything", "no sealed parts", "nothing in clear")} == {"yes"}
    assert {verification.conclusion(findings(archives[kind])) for kind in SPOILED} == {"no"}


def test_what_is_in_clear_is_handed_out_only_where_it_holds(case: Case, archives: dict[str, bytes]) -> None:
    shown: list[Revealed] = []
    for data in archives.values():
        told: list[Revealed] = []
        said = list(archive_checks.examine(io.BytesIO(data), show=told.append))
        assert [one.part for one in told] == [one.values["part"] for one in said if one.code == "revealed.holds"]
        shown += told
    clear = {(one.tid, one.part): one.content for one in shown}
    for part in ("narrative", "provenance", "coded"):
        assert clear[case.tid, part] == case.revealed(part)[f"revealed/{case.tid}/{part}.content"]
        assert {one.content for one in shown if (one.tid, one.part) == (case.tid, part)} == {clear[case.tid, part]}


def test_a_questionnaire_comes_with_a_part_only_where_it_is_the_one_of_the_manifest() -> None:
    case = Case(form=b'{"fields":{}}')
    form = f"forms/{canonical.sha256_hex(case.form)}.json"
    files = case.files()
    without = {name: data for name, data in files.items() if name != form}
    for given, expected in ((files, case.form), ({**files, form: b"{}"}, None), (without, None)):
        told: list[Revealed] = []
        list(archive_checks.examine(io.BytesIO(case.pack(given)), show=told.append))
        assert {one.form for one in told} == {expected}


def test_whatever_single_byte_is_changed_something_fails(case: Case) -> None:
    data = case.pack(case.files())
    for at in range(0, len(data), 1009):
        assert failures(flipped(data, at)), at


def test_every_sentence_is_said_of_some_kind_of_archive_with_all_its_values(archives: dict[str, bytes]) -> None:
    """A check without a kind that it fails for would be a check that nobody has seen fail, here or in the page."""
    said = [one for data in archives.values() for one in findings(data)]
    assert {one.code for one in said} == set(archive_report.SENTENCES)
    assert [one.code for one in said if "%(" in archive_report.sentence(one)] == []


def test_any_unzip_program_takes_an_archive_apart_and_sha256sum_finds_it_whole(case: Case, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(case.pack(case.files()))) as unzipped:
        assert unzipped.testzip() is None
        unzipped.extractall(tmp_path)
    done = subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=tmp_path, check=False)
    assert done.returncode == 0


def test_the_same_things_are_the_same_bytes(case: Case) -> None:
    assert case.pack(case.files()) == case.pack(case.files())


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
    assert (said.holds, "newer version" in archive_report.sentence(said)) == ("no", True)


def test_the_browsers_twin_finds_the_same_in_the_same_order(
    archives: dict[str, bytes], node: str, tmp_path: Path
) -> None:
    expected = {}
    for number, (kind, data) in enumerate(archives.items()):
        (tmp_path / f"{number}.zip").write_bytes(data)
        expected[f"{number}.zip"] = [kind, [[one.code, one.holds, one.tid, one.values] for one in findings(data)]]
    (tmp_path / "expected.json").write_text(json.dumps(expected), "utf-8")
    script = ROOT / "tests" / "js" / "archivetwin.mjs"
    done = subprocess.run([node, str(script), str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.strip() == f"{len(expected)} archives alike"
