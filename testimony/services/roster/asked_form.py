"""The questionnaire that the roster tells field stations to ask: put it into a draft, find it, keep its pieces."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from testimony.questionnaire import definition
from testimony.questionnaire.errors import QuestionnaireUnreadable
from testimony.questionnaire.form import Form
from testimony.sealing.roster.errors import RosterRefused
from testimony.sealing.roster.roster import Roster
from testimony.sealing.roster.trusted_files import FORM, KEY, MOST_FILES, Trust, TrustedFile, cut
from testimony.services.roster import trusted_files
from testimony.services.wordings.errors import QuestionnaireTaken

if TYPE_CHECKING:
    from testimony.station.station import Station


def add(station: Station, draft: dict[str, Any], data: bytes, earlier: Iterable[Form] = ()) -> Form:
    """Let the draft of a roster name the questionnaire with the definition `data`, in place, and trust its file.

    `earlier`: the questionnaires that this draft got before. The program brings a shipped one, so the roster names no
    file for it. Raises `QuestionnaireUnreadable`, `QuestionnaireRefused`, `QuestionnaireTaken`, `RosterRefused`.
    """
    form = definition.parse(data)
    definition.require_safe(form)
    require_new_name(station, form, earlier)
    trust = Trust.said_in(draft)
    files = trust.files
    if definition.shipped(form.sha256) is None and form.sha256 not in {one.sha256 for one in trust.forms}:
        files = (*files, TrustedFile.from_bytes(FORM, data))
    if len(files) > MOST_FILES:
        raise RosterRefused("structure")
    draft[KEY] = replace(trust, form=form.sha256, files=files).describe()
    return form


def in_force(station: Station) -> Form | None:
    """The form that the roster in force names; that of the program where it names none. None if its file is not here
    or this version of the program cannot read it.
    """
    trust = Trust.from_roster(station.chain.latest)
    if trust.form is None:
        return Form.load()
    if (shipped := definition.shipped(trust.form)) is not None:
        return shipped
    return next((form for one in trust.forms if one.sha256 == trust.form and (form := _read(station, one))), None)


def require_new_name(station: Station, form: Form, earlier: Iterable[Form] = ()) -> None:
    """Raises `QuestionnaireTaken` if the program, the roster in force or one of `earlier` has other content under its
    name and version.

    Stations would refuse it, after the roots have signed. Files that are not here or that this version of the program
    cannot read are left out.
    """
    named = [one for file in Trust.from_roster(station.chain.latest).forms if (one := _read(station, file))]
    others = [*definition.all_shipped(), *named, *earlier]
    if any(one.id == form.id and one.sha256 != form.sha256 for one in others):
        raise QuestionnaireTaken(form=form.id)


def keep(station: Station, roster: Roster, definitions: Iterable[bytes]) -> None:
    """Store the pieces of these definitions that `roster` names, which is about to come into force."""
    for data in definitions:
        for piece in cut(data):
            trusted_files.keep(station, piece, roster)


def _read(station: Station, file: TrustedFile) -> Form | None:
    """None if it is not here or this version of the program cannot read it."""
    pieces = {name: trusted_files.read_piece(station, name) for name in file.pieces}
    data = file.joined({name: piece for name, piece in pieces.items() if piece is not None})
    try:
        return None if data is None else definition.parse(data)
    except QuestionnaireUnreadable:
        return None
