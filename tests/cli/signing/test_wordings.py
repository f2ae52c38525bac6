"""Checked words from the command line: put into a roster by the roots, bundled, adopted, refused where not right."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from testimony.canonical import sha256_hex
from testimony.questionnaire.sentence_states import texts
from testimony.sealing.keys.key_file import KeyFile
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.wording import Mended
from testimony.services.enrolment.organisation import Organisation
from testimony.services.startup import open_station
from testimony.services.wordings import wordings
from testimony.sync.bundle import wordings as bundle_wordings
from tests.support.cli.headquarters import date_answer
from tests.support.cli.program import refused, run, serving
from tests.support.services.checked_wordings import CHECKED_BY, RECORDED, wording_of

ROOTS = ("root-1", "root-2")


class Roots:
    """Who holds the roots of a copy of the organisation, at the command line."""

    def __init__(self, made: Organisation, folder: Path) -> None:
        self.made, self.folder = made, folder
        self.files = [folder / "keys" / f"{name}.key" for name in ROOTS]
        self.typed = "\n".join(made.keeper(name).passphrase for name in ROOTS) + "\n"

    def draft(self, **organisation: Any) -> Path:
        """The roster in force with changes in what it says of the organisation, as a file to be signed."""
        value = json.loads(run("roster", "show", "--org", self.folder, "--json").stdout)
        value["organisation"] |= organisation
        file = self.folder / "draft.json"
        file.write_text(json.dumps(value), encoding="utf-8")
        return file

    def sign(self, *files: Path, **organisation: Any) -> Any:
        command = ["roster", "sign", self.draft(**organisation), "--org", self.folder, "--key-file", *self.files]
        return run(*command, *(["--wording", *files] if files else []), typed=date_answer(self.folder) + self.typed)

    @property
    def organisation(self) -> Mapping[str, Any]:
        told: Mapping[str, Any] = json.loads(self.made.roster.data)["organisation"]
        return told

    def signer(self, name: str) -> Signer:
        keeper = self.made.keeper(name)
        opened = KeyFile.open((self.made.folder / keeper.file).read_bytes(), keeper.passphrase)
        assert opened.signer is not None
        return opened.signer

    def wording(
        self, lang: str = "ps", by: str = "lawyer-1", **changes: Any
    ) -> tuple[Path, SignedRecord, dict[str, bytes]]:
        """A file as a desk saves it."""
        record, clips = wording_of(self.organisation, self.signer(by), lang, **changes)
        return self.saved(record, clips, f"wording-{lang}-2026-11-24.bin"), record, clips

    def saved(self, record: SignedRecord, clips: Mapping[str, bytes], name: str = "wording.bin") -> Path:
        file = self.folder / name
        file.write_bytes(bundle_wordings.write_file([record], clips.values()))
        return file

    def bundle(self, no: int = 2) -> Path:
        return self.folder / "rosters" / f"roster-{no}.bundle"


@pytest.fixture
def roots(organisation: Organisation, homes: Path) -> Roots:
    return Roots(organisation, homes)


def fetched(node: subprocess.Popen[str], name: str) -> bytes:
    """What a phone gets of the interview at a running node."""
    with urlopen(f"{node.address}/interview/{name}", timeout=60) as answer:  # type: ignore[attr-defined]
        body: bytes = answer.read()
        return body


def in_force(home: Path, lang: str = "ps") -> wordings.InForce | None:
    with open_station(home) as station:
        return wordings.in_force(station, lang)


def test_the_roots_read_each_mended_sentence_before_they_sign(roots: Roots) -> None:
    old = sha256_hex(texts("ps")["told.why"].encode())
    errata = {"told.why": Mended(key="told.why", old=old, words="Another why.", state="agreed")}
    file, _, _ = roots.wording(checked=None, mended=errata)
    signed = roots.sign(file)
    assert signed.returncode == 0, signed.stderr
    mended = signed.stdout.index("ps: 1 sentence, read before you sign")
    assert mended < signed.stdout.index("told.why (agreed): Another why.") < signed.stdout.index("checked by nobody")


def test_from_the_desks_file_to_a_node_by_roots_central_and_sync(roots: Roots, free_port: Callable[[], int]) -> None:
    file, record, clips = roots.wording()
    signed = roots.sign(file)
    assert signed.returncode == 0, signed.stderr
    assert f"ps: checked by {CHECKED_BY}, understood by witnesses, {len(RECORDED)} recordings" in signed.stdout
    assert f"roster adopt {roots.bundle()}" in signed.stdout
    adopted = run("roster", "adopt", roots.bundle(), "--home", roots.folder / "central")
    assert adopted.returncode == 0, adopted.stderr
    assert f"no 2 is in force\n  wordings      1 and {len(clips)} recordings are here now" in adopted.stdout
    port = free_port()
    with serving("central", roots.folder / "central", port):
        done = run("sync", "--home", roots.folder / "field", "--to", f"http://127.0.0.1:{port}")
    assert done.returncode == 0, done.stderr
    assert f"1 and {len(clips)} recordings fetched, 0 still to come" in done.stdout
    with serving("field", roots.folder / "field", free_port()) as node:
        said = json.loads(fetched(node, "said/ps"))
        assert (said["wording"], said["checked"], said["clips"].keys()) == (record.id, CHECKED_BY, set(RECORDED))
        for clip in said["clips"].values():
            assert fetched(node, f"clips/{clip['sha256']}") == clips[clip["sha256"]]


def test_a_node_without_a_connection_takes_the_bundle(roots: Roots) -> None:
    file, _, clips = roots.wording("am", by="coordinator-1")
    assert roots.sign(file).returncode == 0
    for again in ("", "; it was before"):
        done = run("roster", "adopt", roots.bundle(), "--home", roots.folder / "field")
        assert (done.returncode, f"no 2 is in force{again}\n" in done.stdout) == (0, True)
    found = in_force(roots.folder / "field", "am")
    assert found is not None
    assert {clip.sha256 for clip in found.clips.values()} == clips.keys()


def test_the_roster_alone_leaves_the_language_a_draft_and_silent(roots: Roots) -> None:
    assert roots.sign(roots.wording()[0]).returncode == 0
    done = run("roster", "adopt", roots.folder / "rosters" / "roster-2.json", "--home", roots.folder / "field")
    assert done.returncode == 0
    assert in_force(roots.folder / "field") is None


def test_a_later_roster_keeps_what_was_put_in_and_its_bundle_holds_it_again(roots: Roots) -> None:
    one, first, clips = roots.wording()
    other, second, more = roots.wording("fa")
    assert roots.sign(one).returncode == 0
    assert roots.sign(other).returncode == 0
    found = run("roster", "adopt", roots.bundle(2), "--home", roots.folder / "field")
    assert found.returncode == 0
    found = run("roster", "adopt", roots.bundle(3), "--home", roots.folder / "field")
    assert f"1 and {len(more)} recordings are here now" in found.stdout
    assert [getattr(in_force(roots.folder / "field", lang), "name", "") for lang in ("ps", "fa")] == [
        first.id,
        second.id,
    ]
    kept = {path.name for path in (roots.folder / "wordings").iterdir()}
    assert kept == {f"{first.id}.json", f"{second.id}.json", *clips, *more}


def test_a_changed_name_is_said_when_it_makes_a_draft_again(roots: Roots) -> None:
    assert roots.sign(roots.wording()[0]).returncode == 0
    done = roots.sign(name="Another Name")
    assert done.returncode == 0
    assert "sentences are others under this roster: ps stays a draft" in done.stdout
    for no in (2, 3):
        run("roster", "adopt", roots.bundle(no), "--home", roots.folder / "field")
    found = in_force(roots.folder / "field")
    assert found is not None
    assert found.checked is None
    assert "told.who" not in found.clips


def test_whose_signature_ends_is_said_and_the_wording_stays(roots: Roots) -> None:
    assert roots.sign(roots.wording()[0]).returncode == 0
    draft = roots.draft()
    value = json.loads(draft.read_text())
    next(one for one in value["people"] if one["id"] == "lawyer-1")["status"] = "left"
    draft.write_text(json.dumps(value))
    done = run(
        "roster",
        "sign",
        draft,
        "--org",
        roots.folder,
        "--key-file",
        *roots.files,
        typed=date_answer(roots.folder) + roots.typed,
    )
    assert "lawyer-1, who signed it, is not active any more: it stays in force" in done.stdout
    for no in (2, 3):
        run("roster", "adopt", roots.bundle(no), "--home", roots.folder / "field")
    found = in_force(roots.folder / "field")
    assert found is not None
    assert found.checked == CHECKED_BY


def test_a_named_wording_whose_files_are_gone_is_said_to_be_left_out(roots: Roots) -> None:
    done = roots.sign(wordings={"ps": "ab" * 32})
    assert done.returncode == 0
    assert "is not in the bundle" in done.stdout
    assert "roster-2.bundle" in done.stdout.splitlines()[-1]
    adopted = run("roster", "adopt", roots.bundle(), "--home", roots.folder / "field")
    assert "no 2 is in force" in adopted.stdout
    assert in_force(roots.folder / "field") is None


def nothing_signed(roots: Roots) -> bool:
    return not (roots.folder / "rosters" / "roster-2.json").exists() and not (roots.folder / "wordings").exists()


def test_a_wording_that_an_interviewer_or_a_stranger_signed_is_not_put_in(roots: Roots) -> None:
    for signer in (roots.made.signers["interviewer-1"], Signer.generate()):
        record, clips = wording_of(roots.organisation, signer)
        assert refused(roots.sign(roots.saved(record, clips)), "active lawyer or coordinator")
    assert nothing_signed(roots)


def test_a_wording_of_somebody_whom_this_roster_revokes_is_not_put_in(roots: Roots) -> None:
    file, draft = roots.wording()[0], roots.draft()
    value = json.loads(draft.read_text())
    next(one for one in value["people"] if one["id"] == "lawyer-1")["status"] = "revoked"
    draft.write_text(json.dumps(value))
    command = ["roster", "sign", draft, "--org", roots.folder, "--key-file", *roots.files, "--wording", file]
    assert refused(run(*command, typed=date_answer(roots.folder) + roots.typed), "active lawyer or coordinator")
    assert nothing_signed(roots)


def test_words_of_another_script_are_not_put_in(roots: Roots) -> None:
    script = {"id": "camp-consent", "version": 2, "sha256": "cd" * 32}
    assert refused(roots.sign(roots.wording(script=script)[0]), "other sentences than this program has")
    assert nothing_signed(roots)


def test_a_changed_a_torn_and_an_incomplete_file_are_not_put_in(roots: Roots) -> None:
    file, record, clips = roots.wording()
    whole = file.read_bytes()
    file.write_bytes(whole[:-40])
    assert refused(roots.sign(file), "ends too early or was changed")
    file.write_bytes(whole.replace(b"Zarmina", b"Zarmine"))
    assert refused(roots.sign(file), "ends too early or was changed")
    forged = SignedRecord(record.data.replace(b"Zarmina", b"Zarmine"), record.sigs)
    assert refused(roots.sign(roots.saved(forged, clips)), "changed after it was signed")
    few = dict(list(clips.items())[1:])
    assert refused(roots.sign(roots.saved(record, few)), "missing or damaged")
    swapped = {**few, sha256_hex(b"another"): b"another"}
    assert refused(roots.sign(roots.saved(record, swapped)), "missing or damaged")
    assert refused(roots.sign(roots.folder / "none.bin"), "none.bin")
    assert refused(roots.sign(roots.folder / "root.json"), "ends too early or was changed")
    assert nothing_signed(roots)


def test_two_wordings_of_one_language_are_not_put_in(roots: Roots) -> None:
    one, _, _ = roots.wording()
    record, clips = wording_of(roots.organisation, roots.signer("coordinator-1"))
    assert refused(roots.sign(one, roots.saved(record, clips)), "wordings of one language")


def test_a_bundle_with_a_bad_recording_is_adopted_and_ends_with_1(roots: Roots) -> None:
    file, record, clips = roots.wording()
    assert roots.sign(file).returncode == 0
    first, *rest = clips.values()
    roster = SignedRecord.decode((roots.folder / "rosters" / "roster-2.json").read_bytes())
    roots.bundle().write_bytes(bundle_wordings.write_file([roster, record], [first + b"x", *rest]))
    done = run("roster", "adopt", roots.bundle(), "--home", roots.folder / "field")
    assert done.returncode == 1
    assert "no 2 is in force" in done.stdout
    assert "refused" in done.stdout
    found = in_force(roots.folder / "field")
    assert found is not None
    assert len(found.clips) == len(rest)


def test_a_torn_bundle_says_so_and_what_came_stays(roots: Roots) -> None:
    assert roots.sign(roots.wording()[0]).returncode == 0
    whole = roots.bundle().read_bytes()
    roots.bundle().write_bytes(whole[:-5000])
    assert refused(run("roster", "adopt", roots.bundle(), "--home", roots.folder / "field"), "ends too early")
    found = in_force(roots.folder / "field")
    assert found is not None
    assert 0 < len(found.clips) < len(RECORDED)
