"""What programs on this computer may read: testimonies, incidents and own tables for one use (docs/programs.yaml).

Every request checks consent, and each testimony that is sent gets an entry `opened` in the desk's log.
"""

from __future__ import annotations

import re
from typing import Any, Final

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import BadRequest

from testimony.domain.consent.purposes import Key
from testimony.domain.testimony import own_table
from testimony.domain.testimony.own_table import Ask
from testimony.publication.exports import schema
from testimony.questionnaire import definition
from testimony.services.custody import log as custody_log
from testimony.services.exports import accounts as export_accounts
from testimony.services.exports import approvals
from testimony.services.incidents import linkage
from testimony.services.opening.errors import TestimonyUnknown
from testimony.services.wordings import questionnaires
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.exports import access
from testimony.web.desk.exports.access import Grant
from testimony.web.desk.reports import fields, files, own_tables
from testimony.web.desk.session import key

bp = Blueprint("programs", __name__, url_prefix="/api")

MOST: Final = 50
"""Testimonies in one answer."""
TID: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
NO_TESTIMONY: Final = "0" * 64
"""The reference of entries in the desk's log about numbers, which name no testimony."""


@bp.after_request
def name_scheme(response: Response) -> Response:
    """Tell a program without a token how to send one (RFC 9110)."""
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


@bp.get("/")
@audience(Visitor.PROGRAM)
def about() -> Any:
    """{"reader", "use", "until"}: whose token it is, for which use and until when."""
    grant = access.grant()
    return {"reader": grant.reader.id, "use": _use(grant.use), "until": grant.until.strftime("%Y-%m-%dT%H:%M:%SZ")}


@bp.get("/schema")
@audience(Visitor.PROGRAM)
def described() -> Any:
    """The JSON Schema of a testimony, by all questionnaires that this desk knows."""
    return jsonify(schema.of([*definition.all_shipped(), *questionnaires.installed(context.station())]))


@bp.get("/testimonies")
@audience(Visitor.PROGRAM)
def testimonies() -> Any:
    """At most `limit` testimonies whose id follows `after`, in the order of ids."""
    after, limit = request.args.get("after", ""), request.args.get("limit", str(MOST))
    if (after and not TID.fullmatch(after)) or not re.fullmatch(r"[1-9][0-9]?", limit) or int(limit) > MOST:
        raise BadRequest
    tids, left = _covered(access.grant())
    rest = [tid for tid in sorted(tids) if tid > after]
    shown = rest[: int(limit)]
    found = _collected(shown)
    return {
        "testimonies": [one.to_value() for one in found.accounts],
        "next": shown[-1] if len(rest) > len(shown) else None,
        "left_out": {**left, **{why: left.get(why, 0) + number for why, number in found.left.items()}},
    }


@bp.get("/testimonies/<tid>")
@audience(Visitor.PROGRAM)
def testimony(tid: str) -> Any:
    """One testimony; 404 if it is not here, or if consent does not cover it today."""
    if tid not in _covered(access.grant())[0]:
        raise TestimonyUnknown(tid=tid)
    found = _collected([tid])
    if not found.accounts:
        raise TestimonyUnknown(tid=tid)
    return found.accounts[0].to_value()


@bp.get("/incidents")
@audience(Visitor.PROGRAM)
def incidents() -> Any:
    """Each incident with those of its testimonies that the use covers. Incidents without any are left out."""
    covered = set(_covered(access.grant())[0])
    found: dict[str, list[str]] = {}
    for tid, named in linkage.incidents(context.station().chain, key.key_holder().annexes).items():
        for name in named if tid in covered else ():
            found.setdefault(name, []).append(tid)
    access.require_standing(access.grant())
    _note()
    return {"incidents": [{"id": name, "testimonies": sorted(tids)} for name, tids in sorted(found.items())]}


@bp.get("/tables")
@audience(Visitor.PROGRAM)
def table() -> Any:
    """A table of counts of what the use covers: `by` one field, or also `across` a second one. `unread`: testimonies
    that are not opened yet and not counted.
    """
    by, across = request.args.get("by", "border"), request.args.get("across", "")
    grant, held = access.grant(), key.key_holder()
    known = fields.known(grant.reader.role)
    if by not in known or across not in ("", *known) or by == across:
        raise BadRequest
    covered = set(_covered(grant)[0])
    progress = held.inbox.read_on(
        context.station(), grant.reader, held.annexes, day=context.now().date(), seconds=key.AT_ONCE
    )
    ask, told = Ask(by=by, across=across), [one for one in own_tables.known_here() if one.row.tid in covered]
    found = own_table.table(told, ask, use=own_tables.USES[grant.reader.role], orders=fields.orders())
    access.require_standing(grant)
    _note()
    return files.data(ask, found) | {"unread": progress.total - progress.read}


def _covered(grant: Grant) -> tuple[list[str], dict[str, int]]:
    annexes, day = key.key_holder().annexes, context.now().date()
    with context.reading() as db:
        approvals.require_no_program(context.station(), db, grant.reader, annexes, at=day)
        tids, left = export_accounts.covered(context.station(), db, grant.reader, grant.use, annexes=annexes, at=day)
    return tids, {why: number for why, number in left.items() if number}


def _collected(tids: list[str]) -> export_accounts.Gathered:
    grant, annexes = access.grant(), key.key_holder().annexes
    with context.transaction() as db:
        found = export_accounts.collect(
            context.station(), db, grant.reader, grant.use, tids,
            annexes=annexes, at=context.now().date(), watch=lambda: access.require_standing(grant),
        )  # fmt: skip
        access.require_standing(grant)  # if it was locked meanwhile, nothing is sent and nothing is logged
    return found


def _note() -> None:
    with context.transaction() as db:
        custody_log.append(db, kind="exported", ref=NO_TESTIMONY, by=access.grant().reader.id, day=context.today())


def _use(use: Key) -> dict[str, str]:
    return {"purpose": str(use.purpose), "recipient": use.recipient}
