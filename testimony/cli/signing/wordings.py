"""Adds checked consent scripts from an organisation's folder to a signed roster and to its trust bundle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli.output import counted, line

if TYPE_CHECKING:
    from testimony.sealing.records.records import SignedRecord
    from testimony.sealing.roster.chain import Roster
    from testimony.sealing.roster.wording import Wording
    from testimony.sync.bundle.wordings import WordingFile

FOLDER = "wordings"


def add_option(act: Any) -> None:
    """`--wording`, of the commands that put checked words into the next roster."""
    act.add_argument("--wording", nargs="+", default=[], metavar="FILE", type=Path, help="checked and recorded words")


def read(files: Sequence[Path]) -> list[WordingFile]:
    """The wordings in `files`, one a language. Raises `WordingRefused`, `FileUnreadable`."""
    from testimony.sealing.roster.errors import WordingRefused
    from testimony.services.certificates.errors import FileUnreadable
    from testimony.services.wordings import wordings
    from testimony.sync.bundle import wordings as bundle_wordings

    found = []
    for file in files:
        try:
            with file.open("rb") as source:
                found.append(bundle_wordings.read_wording(source))
        except OSError as error:
            raise FileUnreadable(file=str(file)) from error
        wordings.require_ours(found[-1].wording)
        _print_errata(found[-1].wording)
    if len({one.wording.lang for one in found}) < len(found):
        raise WordingRefused("twice")
    return found


def _print_errata(wording: Wording) -> None:
    """Say what it mends, before a passphrase is asked for: the holders of the roots put these words in force."""
    from testimony.services.wordings import wordings

    errata = wordings.errata_of(wording)
    if errata:
        line("mended", f"{wording.lang}: {counted(len(errata), 'sentence')}, read before you sign")
    for key, one in sorted(errata.items()):
        line("", f"{key} ({one.state}): {one.words}")


def named_in(draft: Mapping[str, Any], files: Iterable[WordingFile]) -> dict[str, Any]:
    """`draft` of a roster, which names the wordings of `files` besides those that it names already."""
    new = {one.wording.lang: one.record.id for one in files}
    organisation = draft.get("organisation", {})
    if not new or not isinstance(organisation, dict):
        return dict(draft)
    named = organisation.get("wordings", {})
    return {
        **draft,
        "organisation": {**organisation, "wordings": {**named, **new} if isinstance(named, dict) else named},
    }


def require_signed(files: Iterable[WordingFile], roster: Roster) -> None:
    """Raise `WordingRefused` unless active lawyers or coordinators of `roster`, which is to name them, signed them."""
    from testimony.sealing.roster.wording import verify_wording

    for one in files:
        verify_wording(one.record, roster)


def keep(folder: Path, files: Iterable[WordingFile]) -> None:
    """Keep them in the organisation's folder, since every later bundle holds them again."""
    for one in files:
        _write(folder, f"{one.record.id}.json", one.record.encode())
        for name, data in one.clips.items():
            _write(folder, name, data)


def gather(folder: Path, roster: Roster) -> tuple[list[SignedRecord], dict[str, bytes]]:
    """All wordings that `roster` names and that are in the organisation's folder, and their recordings by hash.

    One whose files are not there is said to be left out: stations that have it keep it.
    """
    from testimony.services.wordings import wordings

    records: list[SignedRecord] = []
    clips: dict[str, bytes] = {}
    for lang, name in sorted(wordings.named(roster).items()):
        record = _stored_record(folder, name)
        if record is None:
            line("wording", f"{lang}: {name[:16]}… is named, but not in {folder / FOLDER}: it is not in the bundle")
            continue
        wording = _print_wording(roster, lang, record)
        records.append(record)
        clips |= {one.sha256: _bytes(folder / FOLDER / one.sha256) for one in wording.clips.values()}
    return records, clips


def _print_wording(roster: Roster, lang: str, record: SignedRecord) -> Wording:
    """Say what holds of it under `roster`, and what a changed name took from it."""
    from testimony.sealing.roster.wording import parse_wording
    from testimony.services.wordings import sentences, wordings

    wording = parse_wording(record)
    errata = wordings.errata_of(wording)
    said = sentences.digests_of(sentences.recordable(roster.organisation, lang, wordings.words_of(errata)))
    always = sentences.always_checked(roster.organisation, lang).keys()
    said = {key: digest for key, digest in said.items() if key in always or key in wording.texts}
    other = sum(wording.texts.get(key) != digest for key, digest in said.items())
    by = f"checked by {wording.checked}" if wording.checked else "checked by nobody"
    tried = ", understood by witnesses" if wording.heard else ""
    line("wording", f"{lang}: {by}{tried}, {counted(len(wording.clips), 'recording')}")
    if other:
        line("", f"{other} of {len(said)} sentences are others under this roster: {lang} stays a draft")
    signer = roster.signer(wording.by)
    if signer is None or not signer.active:
        line("", f"{signer.id if signer else wording.by}, who signed it, is not active any more: it stays in force")
    return wording


def _stored_record(folder: Path, name: str) -> SignedRecord | None:
    from testimony.sealing.records.records import SignedRecord

    file = folder / FOLDER / f"{name}.json"
    return SignedRecord.decode(_bytes(file)) if file.is_file() else None


def _bytes(file: Path) -> bytes:
    from testimony.services.certificates.errors import FileUnreadable

    try:
        return file.read_bytes()
    except OSError as error:
        raise FileUnreadable(file=str(file)) from error


def _write(folder: Path, name: str, data: bytes) -> None:
    from testimony.store.files import durable

    kept = folder / FOLDER
    with durable.named_errors(kept):
        kept.mkdir(mode=0o700, exist_ok=True)
        durable.replace_file(kept / name, data)
