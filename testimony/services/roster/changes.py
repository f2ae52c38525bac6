"""Draft changes to the next roster at headquarters: admit, replace, revoke or add people and devices.

Each function returns the draft (unsigned, as `roster sign` takes it) and changes nothing else. A key that was ever in a
roster is never admitted again, so a request that is replayed after its key was revoked has no effect.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from testimony.sealing.keys import locked_seeds
from testimony.sealing.keys.wordlist import propose_passphrase
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.admission import Admission, require_id
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.roster.errors import EnrolmentRefused
from testimony.sealing.roster.roster import ACTIVE, AUDIENCE_OF, AUDIENCES, Roster
from testimony.sealing.roster.trusted_files import KEY
from testimony.services.accounts import draft_shares
from testimony.services.accounts.draft_shares import LOST
from testimony.services.roster.reissue import Reissued

REVOKED = "revoked"
LIFE = timedelta(days=92)
"""How long a roster is valid."""
Entry = dict[str, Any]


def admit(chain: RosterChain, asked: Admission, id: str = "", draft: dict[str, Any] | None = None) -> dict[str, Any]:
    """The draft with the applicant added, under `id` instead of the requested name.

    `draft`: one with earlier changes, modified in place; else that of the roster in force. Raises `EnrolmentRefused`:
    known, taken-out, id-taken, id-unknown (it would replace somebody unknown).
    """
    _require_new(chain, asked)
    draft, entry = _draft(chain.latest) if draft is None else draft, asked.entry(id)
    require_id(entry["id"])
    entries = draft["people" if asked.is_person else "devices"]
    held = next((each for each in entries if each["id"] == entry["id"]), None)
    if asked.replaces:
        _require_same(held, asked, entry["id"])
        entries[entries.index(held)] = entry
    elif held is not None:
        raise EnrolmentRefused("id-taken", id=entry["id"])
    else:
        entries.append(entry)
        _make_room(draft)
    return draft


def revoke(
    roster: Roster, ids: Sequence[str], status: str = REVOKED, draft: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The draft in which these people and devices are no longer active; a phone that is `LOST` also loses its drafts.

    `draft`: as for `admit`. Raises `EnrolmentRefused`: id-unknown, not-phone, last (nobody would be left to read or to
    collect).
    """
    draft = _draft(roster) if draft is None else draft
    for id in dict.fromkeys(ids):
        found = [each for each in (*draft["people"], *draft["devices"]) if each["id"] == id and _active(each)]
        if not found:
            raise EnrolmentRefused("id-unknown", id=id)
        if status == LOST and any(_kind(each) != "phone" for each in found):
            raise EnrolmentRefused("not-phone", id=id)
        for each in found:
            each["status"] = status
    _require_somebody(draft, ids)
    return draft


def add_interviewer(roster: Roster, id: str, phone: str) -> Reissued:
    """The draft with an interviewer and their phone, with keys made here and locked with a passphrase that is shown
    once.

    An active interviewer gets new keys, and this phone replaces a lost one. Raises `EnrolmentRefused`: id, id-taken.
    """
    require_id(id)
    require_id(phone)
    draft, interviewer, device = _draft(roster), Signer.generate(), Signer.generate()
    if any(each["id"] == phone for each in draft["devices"]):
        raise EnrolmentRefused("id-taken", id=phone)
    held = next((each for each in draft["people"] if each["id"] == id), None)
    if held is not None and not (held["role"] == "interviewer" and _active(held)):
        raise EnrolmentRefused("id-taken", id=id)
    entry = {"id": id, "role": "interviewer", "status": ACTIVE, "keys": _described(interviewer)}
    draft["people"] = [each for each in draft["people"] if each is not held] + [entry]
    draft["devices"].append({"id": phone, "kind": "phone", "keys": _described(device), "status": ACTIVE})
    passphrase, seeds = propose_passphrase(), {"interviewer": interviewer.seed, "device": device.seed}
    return Reissued(
        draft=draft, locked=locked_seeds.lock(seeds, passphrase, person=id, device=phone), passphrase=passphrase
    )


def renew(
    roster: Roster, *, seals: int | None = None, draft_share: str | None = None, central: str | None = None
) -> dict[str, Any]:
    """The draft with the same people and devices; the signer gives it new dates.

    `seals`: the version of manifests that phones seal from now on; `draft_share`: what opens an unfinished interview,
    `draft_shares.NODE` or `draft_shares.SITTING`; `central`: the address for stations that were given none. None: as
    before.
    """
    draft = _draft(roster)
    if draft_share is not None:
        draft[draft_shares.KEY] = {**draft.get(draft_shares.KEY, {}), "share": draft_share}
    if seals is not None:
        draft[KEY] = {"files": [], **draft.get(KEY, {}), "seals": seals}
    if central is not None:
        draft[KEY] = {"files": [], **draft.get(KEY, {}), "central": central}
    return draft


def following(chain: RosterChain, draft: Mapping[str, Any], today: date) -> dict[str, Any]:
    """`draft` as the next roster after those of `chain`, issued `today`."""
    return {
        **draft,
        "v": "testimony/1/roster",
        "no": chain.latest.no + 1,
        "prev": chain.latest.sha256,
        "issued": today.isoformat(),
        "expires": (today + LIFE).isoformat(),
    }


def _draft(roster: Roster) -> dict[str, Any]:
    draft: dict[str, Any] = json.loads(roster.data)
    return draft


def _require_new(chain: RosterChain, asked: Admission) -> None:
    """Require that neither the key nor the recipient was ever in a roster."""
    for key in asked.keys:
        if (now := chain.latest.signer(key.kid)) is not None and now.active:
            raise EnrolmentRefused("known", id=now.id)
        if (before := chain.signer(key.kid)) is not None:
            raise EnrolmentRefused("taken-out", id=before.id)
    for roster in chain.rosters:
        for person in roster.people:
            if person.recipient is not None and person.recipient == asked.recipient:
                raise EnrolmentRefused("taken-out", id=person.id)


def _require_same(held: Entry | None, asked: Admission, id: str) -> None:
    if held is None or not _active(held) or _kind(held) != asked.kind:
        raise EnrolmentRefused("id-unknown", id=id)


def _make_room(draft: dict[str, Any]) -> None:
    """Make as many slots as readers. A later roster may have more, since a head has those of the roster that it
    names.
    """
    for audience in AUDIENCES:
        active = sum(AUDIENCE_OF.get(each["role"]) == audience and _active(each) for each in draft["people"])
        draft["slots"][audience] = max(draft["slots"][audience], active)


def _require_somebody(draft: dict[str, Any], ids: Sequence[str]) -> None:
    left = {_kind(each) for each in (*draft["people"], *draft["devices"]) if _active(each)}
    if not {"lawyer", "central"} <= left:
        raise EnrolmentRefused("last", id=", ".join(ids))


def _kind(entry: Entry) -> str:
    """A person's role or a device's kind."""
    return str(entry["role"] if "role" in entry else entry.get("kind", "phone"))


def _active(entry: Entry) -> bool:
    return bool(entry["status"] == ACTIVE)


def _described(signer: Signer) -> list[dict[str, str]]:
    return [key.describe() for key in signer.public_keys]
