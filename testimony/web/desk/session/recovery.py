"""The recovery key at a lawyer's desk: three typed shares, kept in memory until the lawyer's key is locked."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, Flask, current_app, redirect, render_template, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from testimony.sealing.keys import recovery_shares
from testimony.sealing.statements.ceremony_record import HOLDER, LEAD, WITNESS
from testimony.sealing.statements.errors import CeremonyRefused
from testimony.services.access import recovery
from testimony.services.access.grant_job import Letting
from testimony.services.enrolment import airgap
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.session import grants, key

bp = Blueprint("recovery", __name__)

LONGEST = 2000  # signs of what is taken for a share at all


class HeldRecovery:
    """The reader who opens with the recovery key and signs as the unlocked lawyer, or None; and what it opened."""

    def __init__(self) -> None:
        self.reader: Reader | None = None
        self.annexes = AnnexIndex()

    def put(self, reader: Reader) -> None:
        self.reader, self.annexes = reader, AnnexIndex()

    def forget(self) -> None:
        self.reader, self.annexes = None, AnnexIndex()


def prepare(app: Flask) -> None:
    """Give a desk the place for the key, which is emptied whenever the desk locks."""
    app.extensions["testimony.recovery"] = found = HeldRecovery()
    app.extensions["testimony.key"].on_drop.append(found.forget)
    app.config.setdefault("NETWORKS", airgap.connected)


def recovery_holder() -> HeldRecovery:
    return cast(HeldRecovery, current_app.extensions["testimony.recovery"])


def acting() -> tuple[Reader, AnnexIndex]:
    """Who opens and signs now, with what they opened: with the recovery key while it is held, else with their own."""
    own, found = key.reader(), recovery_holder()
    return (own, key.key_holder().annexes) if found.reader is None else (found.reader, found.annexes)


@bp.get("/<lang:lang>/recovery")
@audience(Visitor.LAWYER)
def show(lang: str) -> str:
    """Asks for three shares and who is there; or, while the key is held, says what may be done with it."""
    station, found = context.station(), recovery_holder().reader
    return render_template(
        "desk/recovery.html",
        open=found is not None,
        replaced=found is not None and not recovery.is_in_force(station, found.key),
        ready=recovery.is_ready(station),
        networks=current_app.config["NETWORKS"](),
        threshold=recovery_shares.THRESHOLD,
        me=key.reader().id,
    )


@bp.post("/recovery/share")
@audience(Visitor.LAWYER)
def check() -> dict[str, int]:
    """{"share"} -> {"number", "set"}: whether one share is typed right."""
    (share,) = _texts([context.posted().get("share")])
    found = recovery_shares.read_share(share)
    return {"number": found.number, "set": found.set}


@bp.post("/recovery/open")
@audience(Visitor.LAWYER)
def open_key() -> tuple[dict[str, str], int]:
    """{"shares", "place", "holders", "witnesses"} -> 201: the key is in memory, and who was there is signed.

    Of two recovery keys the last one typed lets in; what was said later is opened with both.
    """
    station, said = context.station(), context.posted()
    airgap.require_none(current_app.config["NETWORKS"]())
    opened = recovery.open_key(station, _texts(said.get("shares")))
    reader = recovery.reader_with(station, key.reader(), opened, recovery_holder().reader)
    place, witnesses = _texts([said.get("place"), said.get("witnesses")])
    people = [(key.reader().id, LEAD), *((one.strip(), HOLDER) for one in _texts(said.get("holders")))]
    people += [(one, WITNESS) for one in witnesses.split()]
    recovery.record_act(station, reader, place.strip(), tuple(people), context.now().date())
    recovery_holder().put(reader)
    return {}, 201


@bp.post("/recovery/let-in")
@audience(Visitor.LAWYER)
def let_in() -> Response:
    """Begin to let everybody in who may read, with the recovery key; nothing is exchanged, for there is no network."""
    reader, found = recovery_holder().reader, recovery_holder()
    if reader is None:
        raise CeremonyRefused("locked")
    grants.begin_with(Letting(context.station(), reader, found.annexes, context.now().date()))
    return redirect(url_for("letting.show"), code=303)


@bp.post("/recovery/end")
@audience(Visitor.LAWYER)
def end() -> Response:
    """Forget the recovery key; the lawyer's own stays."""
    recovery_holder().forget()
    return redirect(url_for("recovery.show"), code=303)


def _texts(given: Any) -> list[str]:
    """Raises `BadRequest` for anything but a few texts."""
    if not isinstance(given, list) or len(given) > 16:
        raise BadRequest
    if not all(isinstance(one, str) and len(one) <= LONGEST for one in given):
        raise BadRequest
    return given
