"""Store the questionnaires and the authority that the roster names, piece by piece, and use them when complete.

`home/trust/<sha256>` are the pieces. A piece is not trusted because it is there: the roster that the roots signed names
it by its hash.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from testimony.canonical import sha256_hex
from testimony.certificates.authority import describe
from testimony.certificates.errors import CertificateRefused
from testimony.questionnaire import definition
from testimony.questionnaire.errors import QuestionnaireRefused, QuestionnaireUnreadable
from testimony.sealing.roster.roster import Roster
from testimony.sealing.roster.trusted_files import AUTHORITY, Trust, TrustedFile
from testimony.services.certificates import store as certificate_store
from testimony.services.wordings import questionnaires, sentences
from testimony.services.wordings.errors import QuestionnaireTaken
from testimony.store.files import durable

if TYPE_CHECKING:
    from testimony.station.station import Station

FOLDER = "trust"
ASKS = ("field", "desk")  # stations that know questionnaires


def keep(station: Station, data: bytes, roster: Roster | None = None) -> bool:
    """Store a piece that `roster` names, synced to disk; False if it names no such piece. None: the one in force."""
    name = sha256_hex(data)
    if name not in Trust.from_roster(roster or station.chain.latest).pieces:
        return False
    if _read(station, name) is None:
        folder = _folder(station)
        with durable.named_errors(folder):
            if not folder.is_dir():
                folder.mkdir(mode=0o700, exist_ok=True)
                durable.sync_folder(folder.parent)
            durable.replace_file(folder / name, data)
    return True


def lacking(station: Station) -> list[str]:
    """Names of the pieces that the roster in force names and that are not here."""
    wanted = dict.fromkeys(piece for file in Trust.from_roster(station.chain.latest).files for piece in file.pieces)
    return [name for name in wanted if read_piece(station, name) is None]


def read_piece(station: Station, name: str) -> bytes | None:
    """A piece that the roster in force names and that is here intact."""
    return _read(station, name) if name in Trust.from_roster(station.chain.latest).pieces else None


def settle(station: Station) -> dict[str, str]:
    """Put into force what is complete here and not in force yet. Returns failures: hash -> code of the reason.

    Missing pieces are skipped (`lacking`). A bad file does not affect others. Calling it again changes nothing.
    """
    trust, refused = Trust.from_roster(station.chain.latest), dict[str, str]()
    for file in trust.files:
        data = file.joined({name: piece for name in file.pieces if (piece := read_piece(station, name)) is not None})
        if data is not None and (reason := _refusal(station, file, data)):
            refused[file.sha256] = reason
    return refused | _put_in_force(station, trust)


def other_scripts(station: Station) -> list[str]:
    """Languages whose consent script differs between headquarters' version of the program and this one."""
    named, ours = Trust.from_roster(station.chain.latest).scripts or {}, sentences.scripts()
    return sorted(lang for lang, sha256 in named.items() if lang not in ours or ours[lang].sha256 != sha256)


def _refusal(station: Station, file: TrustedFile, data: bytes) -> str:
    """Store a complete file in its place. Returns why not, empty if all is well."""
    try:
        if file.kind == AUTHORITY:
            describe(data)
            if station.settings.role == "field":
                certificate_store.pin(station.settings.home, data)
        elif station.settings.role in ASKS:
            questionnaires.keep(station, definition.parse(data))
    except (QuestionnaireUnreadable, QuestionnaireRefused, QuestionnaireTaken, CertificateRefused) as error:
        return error.code
    return ""


def _put_in_force(station: Station, trust: Trust) -> dict[str, str]:
    if trust.form is None or station.settings.role not in ASKS or questionnaires.in_force(station).sha256 == trust.form:
        return {}
    form = questionnaires.find(station.settings.home, trust.form)
    if form is None:
        return {}  # not here yet, or refused by name
    try:
        questionnaires.install(station, form)
    except (QuestionnaireRefused, QuestionnaireTaken) as error:
        return {trust.form: error.code}
    return {}


def _folder(station: Station) -> Path:
    return station.settings.home / FOLDER


def _read(station: Station, name: str) -> bytes | None:
    try:
        data = (_folder(station) / name).read_bytes()
    except OSError:
        return None  # missing or unreadable: it is fetched again
    return data if sha256_hex(data) == name else None
