"""The handshake at the start of a sync with central: compares signed log heads and detects restored databases."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from testimony import canonical
from testimony.errors import NotCanonical, Refused, StationBusy, TestimonyError
from testimony.sealing.errors import SignatureBad
from testimony.sealing.log import checkpoint
from testimony.sealing.records import fields
from testimony.sealing.records.signatures import PublicKey
from testimony.sealing.roster.chain import Root
from testimony.services import startup
from testimony.services.continuity import central_view, epochs, incarnations, restart
from testimony.services.custody import log as custody_log
from testimony.services.feed.feed import Asker
from testimony.services.roster import freshness
from testimony.station.station import Station
from testimony.store.errors import StoreFull
from testimony.sync.client import newer_rosters
from testimony.sync.errors import LogForeign, NotTheStation, OrganisationForeign, StationRefused
from testimony.sync.http.transport import Transport
from testimony.sync.wire.frames import read_frames

STANDINGS: Final = ("good", "prove", "anew", "quarantined")
ROUNDS: Final = 4
"""Greetings in a row at most: one to be asked for a proof, one with it, and both again after a new incarnation."""
PROOF_LIMIT: Final = 128
NOTE_LIMIT: Final = 4096


@dataclass(frozen=True, kw_only=True)
class Greeting:
    """What was learned. `central` and `epoch` are empty where a central of an earlier version answered.

    `restored`: central said by its signature that it was restored since the last greeting. `renewed`: this station took
    another incarnation, because central saw its log go back or tell another story. `behind`: the roster in force at
    central is older than here, and it does not take the newer one. `takes_back`: central knows how desks give back what
    it lost; one of an earlier version does not. `takes_fresh`, `fresh`: whether it knows freshness statements, and the
    one that it has, not verified. `several`: the ids of all active central servers that this station has
    exchanged with, where there are two or more: each holds what it was brought.
    """

    central: str = ""
    epoch: str = ""
    restored: bool = False
    quarantined: bool = False
    renewed: bool = False
    behind: bool = False
    takes_back: bool = False
    takes_fresh: bool = False
    fresh: Any = None
    several: tuple[str, ...] = ()


def greet(station: Station, transport: Transport, *, offered: str | None = None) -> Greeting:
    """Greet central, follow it into another epoch, and remember what it says of this station.

    A central whose roster is older than the one here gets the newer one: it may have been restored from before it.
    `offered`: the epoch in which everything that is kept here was offered to it, to be said to central.
    Raises `NotDelivered` as every request does, `LogWentBack` for an epoch that central left long ago.
    """
    try:
        return _greet(station, transport, offered)
    except StationRefused as error:
        _require_ours(station, transport, error)
        if error.rule not in newer_rosters.STRANGER or not _is_named_here(station, transport):
            raise
        if not newer_rosters.bring(station, transport):
            raise StationRefused("roster.behind") from error
    return _greet(station, transport, offered)


def _is_named_here(station: Station, transport: Transport) -> bool:
    return transport.signer is not None and newer_rosters.is_named(station, transport.signer.kid)


def _greet(station: Station, transport: Transport, offered: str | None) -> Greeting:
    learned, since = Greeting(), None
    for _ in range(ROUNDS):
        try:
            answer = transport.greeting(_checkpoint_message(station, offered, since))
            behind = _is_behind(station, answer.get("roster")) and not newer_rosters.bring(station, transport)
            learned, told, size = _learn(station, transport, replace(learned, behind=behind), answer)
        except StationRefused as error:
            if error.rule == "structure" and not learned.central:
                return Greeting()  # an older central does not know the path
            raise
        except (StationBusy, StoreFull):
            return learned  # a full disk, there or here, must not keep a withdrawal from going: the push says so
        if told == "anew" and not learned.renewed:
            startup.begin_anew(station)
            learned, since = replace(learned, renewed=True), None
        elif told == "prove":
            since = size
        else:
            break
    return learned


def _is_behind(station: Station, number: object) -> bool:
    """Whether the roster in force at central is older than here; an older version says nothing of it."""
    return type(number) is int and number < station.chain.latest.no


def _require_ours(station: Station, transport: Transport, error: StationRefused) -> None:
    """Raise `OrganisationForeign` if central does not know this station because it has another root."""
    if error.rule != "signer.unknown":
        return
    try:
        frames = list(read_frames(transport.trust()))
        root = Root.parse(frames[0].payload)
    except (TestimonyError, IndexError):
        return  # it gives no bundle, or none that can be read: then the roster is what it speaks of
    if root.fingerprint != station.chain.fingerprint:
        raise OrganisationForeign(url=transport.base_url) from error


def say_offered(station: Station, transport: Transport, learned: Greeting) -> None:
    """Tell central, once in each epoch, that everything which is kept at this node was offered to it."""
    if not learned.epoch or station.settings.role != "field":
        return
    with station.database.reading() as session:
        told = epochs.offered(session, learned.central)
        now = epochs.followed(session, learned.central)
    if learned.epoch != now or told == now:
        return
    if greet(station, transport, offered=now).epoch != now:
        return  # it did not hear it: the next exchange says it
    with station.database.transaction() as session:
        epochs.note_offered(session, learned.central, now)


def answer_greeting(station: Station, asker: Asker, data: bytes) -> bytes:
    """At central: canonical JSON {"checkpoint", "since", "proof", "offered"} -> {"checkpoint", "roster", "standing",
    "size", "fresh"}; `roster` is the number of the one in force here, `fresh` the newest statement of it, or null.

    Of a desk the checkpoint is null: it has no key of its own. Raises `NotCanonical` or `Refused`.
    """
    said = fields.exactly(canonical.decode_object(data), {"checkpoint", "since", "proof", "offered"})
    heard = incarnations.Heard(standing="good", size=0)
    if asker.role == "node" and said["checkpoint"] is not None:
        head = _head(station, asker.kid, said["checkpoint"])
        since = fields.integer(said["since"], 0, 2**53 - 1)
        with station.database.transaction() as session:
            heard = incarnations.hear(station, session, asker.kid, head, since=since, proof=_proof(said["proof"]))
            if isinstance(said["offered"], str):
                restart.note_offered(station, session, asker.kid, said["offered"])
    with station.database.reading() as session:
        own = custody_log.checkpoint(station.signer, session)
    statement = freshness.of_station(station)
    known = {
        "roster": station.chain.latest.no,
        "standing": heard.standing,
        "size": heard.size,
        "fresh": None if statement is None else statement.to_value(),
    }
    return canonical.encode({"checkpoint": own, **known})


def _checkpoint_message(station: Station, offered: str | None, since: int | None) -> dict[str, Any]:
    """`since`: the size that central knows, where it asked for a proof from there."""
    with station.database.reading() as session:
        if station.settings.role != "field":
            return {"checkpoint": None, "since": 0, "proof": [], "offered": None}
        size = custody_log.size(session)
        start = central_view.told_size(session) if since is None else since
        proof = custody_log.consistency(session, start, size) if 0 < start < size else []
        return {
            "checkpoint": custody_log.checkpoint(station.signer, session, size),
            "since": start,
            "proof": [step.hex() for step in proof],
            "offered": offered,
        }


def _learn(
    station: Station, transport: Transport, before: Greeting, answer: dict[str, Any]
) -> tuple[Greeting, str, int]:
    central, head = _central(station, transport, answer.get("checkpoint"))
    told, size = answer.get("standing"), answer.get("size")
    if told not in STANDINGS or type(size) is not int or not 0 <= size < 2**53:
        raise NotTheStation(url=transport.base_url)
    with station.database.transaction() as session:
        restored = epochs.follow(station, session, central, head.epoch)
        central_view.note(station, session, quarantined=told in ("anew", "quarantined"), size=size)
        met = [kid for kid in custody_log.centrals(station.chain) if epochs.followed(session, kid)]
    learned = replace(
        before,
        central=central,
        epoch=head.epoch,
        restored=before.restored or restored,
        quarantined=told in ("anew", "quarantined"),
        takes_back="roster" in answer,
        takes_fresh="fresh" in answer,
        fresh=answer.get("fresh"),
        several=_ids(station, met) if len(met) > 1 else (),
    )
    return learned, str(told), size


def _ids(station: Station, kids: list[str]) -> tuple[str, ...]:
    found = [station.chain.latest.signer(kid) for kid in kids]
    return tuple(entry.id for entry in found if entry is not None)


def _central(station: Station, transport: Transport, note: Any) -> tuple[str, checkpoint.Checkpoint]:
    """The kid of the central that signed `note`, and what it says. Raises `LogForeign`."""
    for kid, key in custody_log.centrals(station.chain).items():
        try:
            return kid, checkpoint.verify(note if isinstance(note, str) else "", custody_log.origin(kid), key)
        except SignatureBad:
            continue
    raise LogForeign(url=transport.base_url)


def _head(station: Station, kid: str, note: Any) -> checkpoint.Checkpoint:
    """The node's own head, signed by the key that signed the request, with an incarnation. Raises `Refused`."""
    try:
        if not isinstance(note, str) or len(note) > NOTE_LIMIT:
            raise NotCanonical
        head = checkpoint.verify(note, custody_log.origin(kid), _key_of(station, kid))
        if not head.epoch or head.size >= 2**53:
            raise NotCanonical
    except (NotCanonical, SignatureBad) as error:
        raise Refused("structure") from error
    return head


def _key_of(station: Station, kid: str) -> PublicKey:
    entry = station.chain.signer(kid)
    key = next((key for key in entry.keys if key.kid == kid), None) if entry else None
    if key is None:
        raise SignatureBad
    return key


def _proof(value: Any) -> list[bytes]:
    if not isinstance(value, list) or len(value) > PROOF_LIMIT:
        raise Refused("structure")
    return [bytes.fromhex(fields.sha256(step)) for step in value]
