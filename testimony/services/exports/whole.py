"""Write everything that a lawyer's key opens today into one archive of open formats, for an organisation that leaves.

Recordings may be larger than memory, so they are written piece by piece.
"""

from __future__ import annotations

import io
import json
import mimetypes
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import IO, Any, Final, cast

from sqlalchemy.orm import Session

from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.incidents import titles
from testimony.domain.incidents.linkage import Linked
from testimony.domain.testimony import transcript, translation
from testimony.publication.exports import package, tables
from testimony.publication.exports.account import Account
from testimony.publication.sheets.sheet import delimited
from testimony.questionnaire.form import Form
from testimony.sealing.age import age
from testimony.sealing.age.stream import Encrypting
from testimony.services.custody import log as custody_log
from testimony.services.exports import accounts as export_accounts
from testimony.services.exports import approvals
from testimony.services.exports.errors import ExportRefused
from testimony.services.exports.exports import LEFT
from testimony.services.incidents import linkage
from testimony.services.opening.annexes import NOWHERE, AnnexIndex, OpenedAnnex
from testimony.services.opening.media import OpenMedia
from testimony.services.opening.reader import Reader
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.testimony import view as testimony_view
from testimony.services.testimony.view import Opened
from testimony.station.station import Station

README: Final = """All that {reader} could open at a desk of the organisation on {day}: {number} testimonies,
{media} recordings, pictures and files, {annexes} things that were said later.
It is not sealed: everybody who has it can read it.

Consent of that day decided what is in it. A witness may withdraw at any time, and no withdrawal reaches this file.
Somebody must stay to be asked, and must delete what is withdrawn.

testimonies.jsonl         a testimony a line, as lawyers use it; testimonies.schema.json describes it
sealed.jsonl              the same testimonies part by part as they were sealed, consent and provenance too
annexes.jsonl             what was said later: translations, notes, corrections, links, cases, consents. "about" is a
                          testimony, or 32 zeros for what is about none; "by" is the id of the signer
tables/                   the testimonies as CSV, with the column names of ODK
questionnaires/           the questionnaires, by the SHA-256 that "form_sha256" names
media/TESTIMONY/          recordings, pictures and files, numbered as "media" numbers them
roster.json               who was who, newest first

Not in it:
{left}

Proofs are not in it either. `testimony archive` writes testimonies with their signatures, for courts.
"""


@dataclass(kw_only=True)
class Written:
    """What is in an archive: `tids`, and how many `media` and `annexes`. `left`: as `Gathered.left`.

    `broken`: "TESTIMONY NUMBER" of media that are left out because pieces are missing or altered.
    """

    use: Key
    tids: list[str] = field(default_factory=list)
    media: int = 0
    annexes: int = 0
    broken: list[str] = field(default_factory=list)
    left: Mapping[str, int] = field(default_factory=dict)


class Sealing(io.RawIOBase):
    """A stream that seals what is written to it for one reader. The file is complete after `finish`."""

    def __init__(self, reader: Reader, put: Callable[[bytes], object]) -> None:
        super().__init__()
        key = age.new_file_key()
        put(age.seal_head(key, [reader.key.recipient], 1))
        self._sealing = Encrypting(key, put)

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return self._sealing.write(bytes(data))

    def finish(self) -> None:
        """Write the last chunk."""
        self._sealing.end()


def write(
    station: Station,
    session: Session,
    reader: Reader,
    out: IO[bytes] | Sealing,
    *,
    annexes: AnnexIndex,
    at: date,
    proposal: str = "",
) -> Written:
    """Write the archive to `out`, with what consent allows on the day `at`. `proposal`: the id of an approved one.

    Each testimony gets entries `opened` and `exported` in this desk's log. Raises `ExportRefused`: role, nothing,
    second, unknown, waiting, declined, expired.
    """
    if proposal:
        approved = approvals.require_approved(station, session, reader, annexes, proposal, at=at)
        if approved.form != approvals.ALL:
            raise ExportRefused("unknown")
        use = approved.use
    else:
        use = _use_of(station, session, reader, annexes, at)
        approvals.require_free(station, session, reader, annexes, at=at)
    wanted, left = export_accounts.covered(station, session, reader, use, annexes=annexes, at=at)
    if proposal:
        left[export_accounts.NOT_CHOSEN] += sum(tid not in approved.tids for tid in wanted)
        wanted = [tid for tid in wanted if tid in approved.tids]
    if not wanted:
        raise ExportRefused("nothing")
    told, accounts, forms, sealed = Written(use=use), list[Account](), dict[str, Form](), list[str]()
    with zipfile.ZipFile(cast(IO[bytes], out), "w", zipfile.ZIP_DEFLATED) as archive:
        for tid in wanted:
            opened = testimony_view.open_testimony(station, session, reader, tid, at=at, annexes=annexes)
            found = export_accounts.of_opened(station, annexes, opened, use)
            if isinstance(found, str):
                left[found] += 1
                continue
            accounts.append(found[0])
            forms[found[1].sha256] = found[1]
            sealed.append(_as_sealed(opened))
            custody_log.append(session, kind="exported", ref=opened.manifest, by=reader.id, day=at.isoformat())
            _media(station, session, reader, opened, archive, told)
        told.tids, told.left = [one.id for one in accounts], +Counter(left)
        said = list(_annexes(station, annexes, set(told.tids)))
        told.annexes = len(said)
        files: dict[str, bytes | str] = {
            **package.jsonl(accounts, list(forms.values())),
            "sealed.jsonl": "".join(sealed),
            "annexes.jsonl": "".join(said),
            "roster.json": _rosters(station),
            "README.txt": _readme(reader, at, told),
        }
        for name, content in files.items():
            archive.writestr(name, content)
        for form in forms.values():
            archive.writestr(f"questionnaires/{form.sha256}.json", form.definition)
        for sheet in tables.sheets(accounts, list(forms.values())):
            archive.writestr(f"tables/{sheet.name}.csv", delimited(sheet, marked=True))
    return told


def _use_of(station: Station, session: Session, reader: Reader, annexes: AnnexIndex, at: date) -> Key:
    """The use by lawyers that covers most testimonies. Raises `ExportRefused`: role, nothing."""
    uses = export_accounts.uses_here(station, session, reader, annexes, at=at)
    use = max((one for one in uses if one.purpose is Purpose.LAWYER), key=lambda one: uses[one], default=None)
    export_accounts.require_possible(reader, use or Key(Purpose.LAWYER, ""))
    if use is None:
        raise ExportRefused("nothing")
    return use


def _rosters(station: Station) -> str:
    return json.dumps([one.value for one in reversed(station.chain.records)], ensure_ascii=False, indent=1)


def _as_sealed(opened: Opened) -> str:
    parts = {held.part: held.content for held in opened.compartments if held.content is not None}
    closed = {held.part: held.closed for held in opened.compartments if held.closed is not None}
    return package.json_line({"id": opened.tid, "parts": parts, "closed": closed}) + "\n"


def _media(
    station: Station, session: Session, reader: Reader, opened: Opened, archive: zipfile.ZipFile, told: Written
) -> None:
    """Add the media of `opened` that consent opens and that are whole, and note the broken ones in `told`."""
    shown = [one for one in (opened.gallery.media if opened.gallery else ()) if one.closed is None]
    if not shown:
        return
    held = OpenMedia(ReadingSession.at(station, session, reader), opened.tid, permission=opened.permission)
    for one in shown:
        if one.missing or any(True for _ in held.check(one.item)):
            told.broken.append(f"{opened.tid} {one.number}")
            continue
        ending = mimetypes.guess_extension(one.item.type) or ".bin"
        with archive.open(f"media/{opened.tid}/{one.number:03}-{one.item.kind}{ending}", "w", force_zip64=True) as file:
            for place in range(one.item.pieces):
                file.write(held.piece(one.item, place))
        told.media += 1


def _annexes(station: Station, annexes: AnnexIndex, tids: set[str]) -> Iterator[str]:
    linked = linkage.current_links(station.chain, annexes).linked
    for one in annexes.everything():
        if one.content.get("kind") == transcript.KIND:
            continue  # the words of a recording leave the desk in no export
        if one.content.get("kind") == titles.KIND and not _accounts(linked, one) & tids:
            continue  # a title may say what the accounts say, and none of them is here
        if one.tid in tids or one.tid == NOWHERE:
            signer = station.chain.signer(one.by) if one.code is None else None
            content = (
                translation.without_machine(one.content) if one.content.get("kind") == translation.KIND else one.content
            )
            value = {"record": one.name, "about": one.tid, "day": one.day, "content": content}
            yield package.json_line({**value, "by": signer.id if signer else "witness"}) + "\n"


def _accounts(linked: Linked, title: OpenedAnnex) -> frozenset[str]:
    return frozenset(linked.accounts.get(linked.name(str(title.content.get("incident"))), ()))


def _readme(reader: Reader, at: date, told: Written) -> str:
    left = [f"* {number} testimonies: {LEFT.get(why, why)}" for why, number in sorted(told.left.items())]
    left += [f"* not whole at this desk: {one}" for one in told.broken]
    return README.format(
        reader=reader.id,
        day=at.isoformat(),
        number=len(told.tids),
        media=told.media,
        annexes=told.annexes,
        left="\n".join(left) or "* nothing of what this desk knows of",
    )
