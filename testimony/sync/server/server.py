"""The server side of sync without HTTP: bytes in, bytes out. `web/api` and the tests use it."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, Final

from sqlalchemy.orm import Session

from testimony import canonical
from testimony.certificates.errors import CertificateRefused
from testimony.errors import NotCanonical, Refused
from testimony.sealing.records.records import SignedRecord
from testimony.services.certificates import requests as certificate_requests
from testimony.services.continuity import restart
from testimony.services.custody import log as custody_log
from testimony.services.delivery import deliveries
from testimony.services.feed.feed import Asker, FedEntry, feed
from testimony.services.intake import quotas, rejections, uploads
from testimony.services.intake.batch import is_withdrawal
from testimony.services.intake.intake import take_in
from testimony.services.intake.questions import Asked
from testimony.services.monitoring import heartbeats
from testimony.services.records import queries as record_queries
from testimony.services.records import scrub
from testimony.services.records.types import Incoming, Status, Taken
from testimony.services.tracking import readership, record_status
from testimony.station.station import Station
from testimony.sync.errors import ContainerTorn, QuotaReached
from testimony.sync.server import desk_policy, returned_records
from testimony.sync.wire import bitmap, chunks
from testimony.sync.wire.frames import PAYLOAD_LIMIT, Frame, read_frames, write_frames

__all__ = [
    "Asker",
    "answer_batch",
    "answer_certificate",
    "answer_feed",
    "answer_have",
    "answer_upload",
    "answer_whereabouts",
    "piece_of_feed",
    "require_served",
]

NAME: Final = re.compile(r"[0-9a-f]{64}")
TAKEN: Final = ("record", "object")
NAMES_LIMIT: Final = 4096
ASKED_LIMIT: Final = 256
"""Names in one question for whereabouts: each answer may hold a receipt."""
FRAMES_LIMIT: Final = 4096
"""Frames of one batch."""
PAGE: Final = 512 * 1024
"""Bytes of one piece of the feed, unless a single entry is larger."""
SECONDS: float = 20.0
"""After which a piece of the feed ends with what it has: bodies may come slowly, from a bucket or a worn disk, and who
asks waits 60 seconds for a sign of life."""


def answer_have(station: Station, data: bytes, asker: Asker | None = None) -> bytes:
    """Canonical JSON {"names", "station"?} -> {"lacking"}: a bitmap in hex, most significant bit first, 1 = lacking.

    What a node (`asker`) says of itself in "station" is kept, to be shown. Raises `NotCanonical` or `Refused` for
    anything else.
    """
    names = names_in(data, "names", NAMES_LIMIT)
    said = canonical.decode_object(data).get("station")
    if asker is not None and asker.role == "node" and said is not None:
        heartbeats.note(station, asker.kid, said, created=asker.created)
    with station.database.reading() as session:
        return canonical.encode({"lacking": bitmap.write(names, record_queries.lacking(session, names))})


def answer_whereabouts(station: Station, data: bytes) -> bytes:
    """Canonical JSON {"names"} of records -> {name: {"state", "receipt"?}} of those that are held here completely.

    Raises `NotCanonical` or `Refused` for anything else.
    """
    names = names_in(data, "names", ASKED_LIMIT)
    with station.database.reading() as session:
        found = record_status.find(station, session, names)
    return canonical.encode({name: _status_message(place) for name, place in found.items()})


def answer_batch(station: Station, data: bytes, asker: Asker | None = None) -> bytes:
    """A container of records and objects -> a container of one status per frame, then receipts, then `end`.

    Of a torn container everything before the tear is taken in; one more status then says where and why it ended.
    `asker` is the node or the reader that delivers to central, None for a phone at a field node. Raises `StoreFull`,
    `StoreLocked`, and `QuotaReached` where nothing of it may be taken today.
    """
    came, torn = _read(data)
    unpacked = returned_records.unpack(station, asker, came)
    frames = unpacked.frames
    judged = [(place, frame) for place, frame in enumerate(frames) if place not in unpacked.proved]
    refused = {place: rule for place, frame in judged if (rule := _rule_against(frame, asker))} | unpacked.rules
    noting = None
    if asker is not None:
        with station.database.reading() as session:
            noting = partial(_note, station, asker, custody_log.size(session))
            refused |= _over_quota(station, session, asker, frames)
    taken = [_incoming(frame) for n, frame in enumerate(frames) if n not in refused]
    outcome = take_in(station, taken, noting=noting, sender=asker.kid if asker else "", returned=unpacked.returned)
    of_taken = iter(outcome.statuses)
    statuses = [
        Status(_name_of(frame), "refused", refused[place]) if place in refused else next(of_taken)
        for place, frame in enumerate(frames)
    ]
    refused_now = [(status.name, status.rule) for status in statuses if status.status == "refused"]
    rejections.note(station, refused_now, by="" if asker is None else asker.kid)
    if asker is None:
        statuses += _taken_away(station, statuses)
    if torn is not None:
        statuses.append(torn)
    receipts = [Frame("record", receipt.encode()) for receipt in outcome.receipts]
    return write_frames([*map(status_frame, statuses), *receipts])


def _taken_away(station: Station, statuses: Sequence[Status]) -> list[Status]:
    """Of the records that came, the heads that no receipt can name: a phone hears of withdrawals by no feed."""
    told = {status.name for status in statuses}
    with station.database.reading() as session:
        return [Status(name, "withdrawn") for name in record_queries.taken_away(session, told) if name not in told]


def _note(station: Station, asker: Asker, since: int, session: Session, taken: Sequence[Taken]) -> None:
    """In the transaction that stores the batch: who delivered what, and how much of it is new."""
    if asker.role == "node":
        deliveries.note(station, session, asker.kid, deliveries.testimonies(taken), since=since)
    new = [one for one in taken if one.status.status == "stored"]
    records = sum(one.record is not None for one in new)
    quotas.note(station, session, asker.kid, records=records, size=sum(one.size for one in new))


def answer_upload(station: Station, data: bytes, asker: Asker) -> bytes:
    """A chunk of a batch -> canonical JSON {"here"}: bytes of it that are here; of the last what `answer_batch` says.

    It is forgotten only when it was taken in: who does not hear the answer asks for it with an empty chunk. Raises
    `NotCanonical`, `Refused`, and what `answer_batch` raises.
    """
    chunk = chunks.decode(data)
    here = uploads.keep(station, asker.kid, chunk)
    if here < chunk.total:
        return canonical.encode({"here": here})
    batch = uploads.whole(station, asker.kid, chunk.name)
    if batch is None:
        return canonical.encode({"here": 0})
    answer = answer_batch(station, batch, asker)
    with station.database.transaction() as session:
        uploads.forget(session, asker.kid)
    return answer


def answer_feed(station: Station, asker: Asker, after: int, most: int = PAGE) -> bytes:
    """The log from position `after`, with what `asker` may have of each entry: checkpoint, proof, positions, `end`.

    `most`: bytes of a piece, at most `PAGE`, for links on which longer answers break off. By asking for it the asker
    says that what came before is on its disk.
    """
    frames, end = piece_of_feed(station, asker, after, most)
    if asker.role in {"lawyer", "coordinator", "node"}:
        readership.note(station, asker.kid, min(after, end["size"]))
    return write_frames(frames, **end)


def piece_of_feed(station: Station, asker: Asker, after: int, most: int = PAGE) -> tuple[list[Frame], dict[str, int]]:
    """The frames of one piece and what is said at its end: {"next", "size"}: where to go on, and how long the log is;
    to a node also {"read"}: how much of it has reached a lawyer's desk, and {"lacks"}: records that it delivered and
    of which something is damaged here.

    The checkpoint covers exactly the positions given so far.
    """
    with station.database.reading() as session:
        size = custody_log.size(session)
        said = _for_node(station, session, asker) if asker.role == "node" else {}
        frames, upto = (
            _page(feed(station, session, asker, after), after, min(most, PAGE))
            if after < size
            else ([], min(after, size))
        )
        head = custody_log.checkpoint(station.signer, session, upto)
        proof = [step.hex() for step in custody_log.consistency(session, after, upto)] if 0 < after < upto else []
    opening = [Frame("checkpoint", head.encode()), Frame("proof", canonical.encode(proof))]
    return [*opening, *frames], {"next": upto, "size": size, **said}


def _for_node(station: Station, session: Session, asker: Asker) -> dict[str, Any]:
    lacks = scrub.records(session, asker.kid)
    return {"read": readership.furthest(station, session)} | ({"lacks": lacks} if lacks else {})


def require_served(station: Station, asker: Asker) -> None:
    """Raises `CentralRestored` for a reader while a restored central waits for its field nodes. Nodes are served."""
    if asker.role == "node":
        return
    with station.database.reading() as session:
        restart.require_served(station, session)


def answer_certificate(station: Station, asker: Asker, data: bytes) -> bytes:
    """A node's signed request as an envelope -> canonical JSON {"certificate": PEM or null}.

    Raises `NotCanonical`, `Refused`, `StoreFull`, `StoreLocked`.
    """
    try:
        signed = certificate_requests.keep(station, SignedRecord.decode(data), kid=asker.kid)
    except (CertificateRefused, Refused) as error:  # not this node's own, or no request for a certificate
        raise Refused("structure") from error
    return canonical.encode({"certificate": None if signed is None else signed.decode("ascii")})


def _page(entries: Iterator[FedEntry], after: int, most: int) -> tuple[list[Frame], int]:
    """Frames of as many whole positions as fit and can be had in time, at least one; and the position behind them."""
    page: list[Frame] = []
    filled = 0
    ends = time.monotonic() + SECONDS
    for fed in entries:
        frames = list(_frames_of(fed))
        filled += sum(frame.size for frame in frames)
        if page and (filled > most or len(page) > FRAMES_LIMIT):
            break
        page += frames
        after = fed.position + 1
        if time.monotonic() > ends:
            break
    return page, after


def _frames_of(fed: FedEntry) -> Iterator[Frame]:
    if fed.entry is None:
        yield Frame("leaf", fed.leaf)
        return
    yield Frame("entry", fed.entry)
    following = [Frame("record", record.encode()) for record in fed.records]
    following += [Frame("object", data) for data in fed.objects]
    yield from (frame for frame in following if len(frame.payload) <= PAYLOAD_LIMIT)  # larger ones cannot travel yet


def _read(data: bytes) -> tuple[list[Frame], Status | None]:
    frames: list[Frame] = []
    try:
        for frame in read_frames(data):
            if frame.kind == "end":
                break
            if len(frames) == FRAMES_LIMIT:
                return frames, Status("", "refused", "size.limit")
            frames.append(frame)
    except ContainerTorn as error:
        return frames, Status("", "refused", error.rule)
    return frames, None


def names_in(data: bytes, key: str, limit: int) -> list[str]:
    """Hashes under `key` of a question. Raises `NotCanonical` or `Refused`."""
    names = canonical.decode_object(data).get(key)
    if not isinstance(names, list) or not all(isinstance(name, str) and NAME.fullmatch(name) for name in names):
        raise Refused("structure")
    if len(names) > limit:
        raise Refused("size.limit")
    return names


def _status_message(found: record_status.Whereabouts) -> dict[str, Any]:
    said: dict[str, Any] = {"state": found.place}
    if found.receipt is not None:
        said["receipt"] = canonical.decode_object(found.receipt.encode())
    if found.pieces is not None:
        said["media"] = {"all": found.pieces.all, "here": found.pieces.here, "there": found.pieces.there}
    if found.asked:
        said["questions"] = [_said_asked(one) for one in found.asked]
    if found.void:
        said["void"] = {
            withdrawal: [canonical.decode_object(one.encode()) for one in contests]
            for withdrawal, contests in found.void.items()
        }
    return said


def _said_asked(one: Asked) -> dict[str, Any]:
    answers = [{"code": each.code, "day": each.day} for each in one.answers]
    said = {"name": one.name, "code": one.code, "day": one.day, "answers": answers}
    if one.words is None or not one.is_open:
        return said
    return said | {"signed": canonical.decode_object(one.words.encode())}


def _incoming(frame: Frame) -> Incoming:
    return Incoming("record" if frame.kind == "record" else "object", frame.payload)


def _rule_against(frame: Frame, asker: Asker | None) -> str:
    """The rule that keeps a frame out before it is looked at any further; "" when nothing does."""
    if frame.kind not in TAKEN:
        return "kind.unknown"  # no business of a batch
    return desk_policy.rule_against(frame.payload, asker) if asker and frame.kind == "record" else ""


def _over_quota(station: Station, session: Session, asker: Asker, frames: list[Frame]) -> dict[int, str]:
    """What waits until tomorrow, by place: all but withdrawals, which are always taken. Raises `QuotaReached`."""
    if not quotas.is_used_up(station, session, asker.kid):
        return {}
    late = {place: "quota" for place, frame in enumerate(frames) if not is_withdrawal(_incoming(frame))}
    if frames and len(late) == len(frames):
        raise QuotaReached
    return late


def _name_of(frame: Frame) -> str:
    """The name by which a refusal is answered: a record's own, where it can be read."""
    if frame.kind == "record":
        try:
            return SignedRecord.decode(frame.payload).id
        except NotCanonical:
            return ""
    return canonical.sha256_hex(frame.payload)


def status_frame(status: Status) -> Frame:
    """What is answered of one thing, in canonical JSON: neither a name nor a rule has a letter that needs an escape."""
    rule = f'"{status.rule}"' if status.rule else "null"
    return Frame("status", f'{{"name":"{status.name}","rule":{rule},"status":"{status.status}"}}'.encode())
