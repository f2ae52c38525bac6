"""Proposals for tests: who asks to be admitted, who acts, and roots that sign what was proposed."""

from __future__ import annotations

from collections.abc import Sequence

from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.admission import READERS, admission
from testimony.sealing.roster.proposal import Proposal
from testimony.services.accounts.administrators import Acting
from testimony.services.roster import proposals
from testimony.services.roster import publication as roster_publication
from testimony.services.roster.proposals import ADMIT, Wish
from testimony.station.station import Station

DAY = "2026-11-26"
NOW = 1_795_651_200  # that day
VERA = Acting("vera", NOW, DAY)


def request(kind: str = "lawyer", id: str = "lawyer-9", *, replaces: bool = False, signer: Signer | None = None) -> str:
    recipient = OpeningKey.generate().recipient if kind in READERS else None
    made = admission(
        kind=kind, id=id, signer=signer or Signer.generate(), day=DAY, recipient=recipient, replaces=replaces
    )
    return made.encode().decode()


def admitting(kind: str = "lawyer", id: str = "lawyer-9", *, replaces: bool = False) -> Wish:
    return Wish(act=ADMIT, id=id, request=request(kind, id, replaces=replaces))


def propose(central: Station, *wishes: Wish) -> str:
    """An open proposal; its id."""
    with central.database.transaction() as db:
        return [proposals.wish(central, db, one, VERA) for one in wishes][-1]


def prepare(central: Station, *wishes: Wish) -> str:
    """One that is ready to be signed; its id."""
    id = propose(central, *wishes)
    with central.database.transaction() as db:
        proposals.settle(central, db, id, VERA)
    return id


def to_sign(central: Station, id: str) -> Proposal:
    with central.database.reading() as db:
        return proposals.to_sign(central, db, id)


def signed(central: Station, id: str, roots: Sequence[Signer]) -> Proposal:
    made = to_sign(central, id)
    for root in roots:
        made = made.with_signature(root)
    return made


def hand_in(central: Station, id: str, data: bytes) -> None:
    with central.database.transaction() as db:
        roster_publication.publish(central, db, id, roster_publication.read(central, db, data), VERA)
