"""Builds trust bundles from an organisation's folder, with the files that its rosters name; takes files out of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from testimony.cli.output import line
from testimony.cli.signing import wordings

if TYPE_CHECKING:
    from testimony.questionnaire.form import Form
    from testimony.sealing.roster.chain import RosterChain
    from testimony.sealing.roster.trusted_files import Trust, TrustedFile

FOLDER = "trust"


def named_in(draft: Mapping[str, Any], folder: Path, form: Path | None, ca: Path | None) -> dict[str, Any]:
    """`draft` of a roster, which names these files besides those that it names already. They are kept in `folder`.

    Raises `FileUnreadable`, `QuestionnaireRefused`, `CertificateRefused`, `RosterRefused`.
    """
    from testimony.sealing.roster.trusted_files import AUTHORITY, KEY, Trust

    trust = Trust.said_in(draft)
    if form is not None:
        trust = _with_form(folder, trust, form)
    if ca is not None:
        others = tuple(file for file in trust.files if file.kind != AUTHORITY)
        trust = replace(trust, files=(*others, _keep(folder, AUTHORITY, _authority(ca))))
    if not trust.files and trust.form is None and not trust.releases:
        return dict(draft)
    return {**draft, KEY: replace(trust, scripts=_scripts()).describe()}


def write(folder: Path, chain: RosterChain) -> Path:
    """The bundle of the newest roster of `chain`. Raises `RosterRefused("lacking")`, `FileUnreadable`."""
    from testimony.sealing.roster.trusted_files import Trust
    from testimony.store.files import durable
    from testimony.sync.bundle import trust as bundle_trust

    records, clips = wordings.gather(folder, chain.latest)
    objects = [*_pieces(folder, Trust.from_roster(chain.latest)), *clips.values()]
    path = folder / "rosters" / f"roster-{chain.latest.no}.bundle"
    with durable.named_errors(path.parent):
        root = _read(folder / "root.json")
        durable.replace_file(path, bundle_trust.write(root, chain.records, records, objects))
    return path


def take(folder: Path, chain: RosterChain, bundle: BinaryIO) -> None:
    """Keep in `folder` the files that the newest roster of `chain` names and that `bundle` brings.

    Raises `EnrolmentRefused("bundle")`.
    """
    from testimony.sealing.roster.trusted_files import Trust
    from testimony.sync.bundle import trust as bundle_trust

    trust = Trust.from_roster(chain.latest)
    found = bundle_trust.files_in(bundle, trust)
    for file in lacking(folder, trust):
        if file.sha256 in found:
            _keep(folder, file.kind, found[file.sha256])
            line("file", f"{file.sha256[:16]}… is here now")


def lacking(folder: Path, trust: Trust) -> list[TrustedFile]:
    """The files that `trust` names and that are not in `folder` as they were signed. Raises `FileUnreadable`."""
    return [file for file in trust.files if not _is_held(folder / FOLDER / file.sha256)]


def require_files(folder: Path, trust: Trust) -> None:
    """Raise `RosterRefused("lacking")` unless `folder` has all that `trust` names: every bundle holds it again."""
    from testimony.sealing.roster.errors import RosterRefused

    if lacking(folder, trust):
        raise RosterRefused("lacking")


def _with_form(folder: Path, trust: Trust, file: Path) -> Trust:
    """`trust` with the questionnaire of `file` in force; a shipped one travels with the program and needs no file."""
    from testimony.questionnaire import definition
    from testimony.sealing.roster.trusted_files import FORM

    form = _form(file)
    line("form", f"{form.id} is to be asked at every node")
    if definition.shipped(form.sha256) is not None:
        return replace(trust, form=form.sha256)
    kept = _keep(folder, FORM, form.definition)
    return replace(trust, form=form.sha256, files=tuple(dict.fromkeys((*trust.files, kept))))


def _form(file: Path) -> Form:
    from testimony.cli.signing.form import read_form

    return read_form(file)


def _authority(file: Path) -> bytes:
    """The root of a folder that `tls ca` made, or the certificate itself."""
    from testimony.certificates.authority import describe
    from testimony.services.certificates import store as certificate_store

    data = certificate_store.read(file / certificate_store.ROOT if file.is_dir() else file)
    root = describe(data)
    line("authority", f"{root.label}, until {root.ends.date()}, for {root.scope.name} and {root.scope.network} only")
    return data


def _scripts() -> dict[str, str]:
    """The consent scripts that this version of the program reads out."""
    from testimony.services.wordings import sentences

    return {lang: script.sha256 for lang, script in sentences.scripts().items()}


def _keep(folder: Path, kind: str, data: bytes) -> TrustedFile:
    from testimony.sealing.roster.trusted_files import TrustedFile
    from testimony.store.files import durable

    file = TrustedFile.from_bytes(kind, data)
    with durable.named_errors(folder):
        (folder / FOLDER).mkdir(mode=0o700, exist_ok=True)
        durable.replace_file(folder / FOLDER / file.sha256, data)
    return file


def _is_held(file: Path) -> bool:
    from testimony.canonical import sha256_hex

    return file.is_file() and sha256_hex(_read(file)) == file.name


def _pieces(folder: Path, trust: Trust) -> Sequence[bytes]:
    from testimony.sealing.roster.trusted_files import cut

    require_files(folder, trust)
    return [piece for file in trust.files for piece in cut(_read(folder / FOLDER / file.sha256))]


def _read(file: Path) -> bytes:
    from testimony.services.certificates import store as certificate_store

    return certificate_store.read(file)
