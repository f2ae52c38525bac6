"""List callback requests of witnesses without a code that wait for lawyers, and mark one as done."""

from __future__ import annotations

from datetime import date

from testimony import canonical
from testimony.sealing.testimony.annex import seal_annex
from testimony.services.consent import acts as consent_acts
from testimony.services.consent.errors import ConsentActRefused
from testimony.services.opening.annexes import NOWHERE, AnnexIndex, OpenedAnnex
from testimony.services.opening.reader import Reader
from testimony.services.records.types import Incoming
from testimony.station.station import Station

REQUEST, DONE = "withdrawal-request", "withdrawal-request-done"


def waiting(annexes: AnnexIndex) -> list[OpenedAnnex]:
    """Requests that no lawyer has handled yet, newest first. `annexes`: refreshed before."""
    done = {str(one.content.get("request")) for one in annexes.of_kind(DONE)}
    return [one for one in annexes.of_kind(REQUEST) if one.name not in done]


def see_to(station: Station, reader: Reader, annexes: AnnexIndex, request: str, *, day: date) -> str:
    """Tell the other lawyers that `request` was handled, whatever the result. Returns the name of the annex.

    Raises `ConsentActRefused("unknown")` unless it is waiting here.
    """
    if request not in {one.name for one in waiting(annexes)}:
        raise ConsentActRefused("unknown")
    roster = station.chain.latest
    sealed = seal_annex(
        canonical.encode({"kind": DONE, "request": request}),
        tid=NOWHERE,
        day=day.isoformat(),
        roster=roster.sha256,
        audiences={name: (roster.recipients(name), roster.slots[name]) for name in ("lawyers", "recovery")},
        signer=consent_acts.signer_of(reader),
    )
    objects = [*sealed.part.heads.values(), sealed.part.body]
    items = [Incoming("record", sealed.record.encode()), *(Incoming("object", data) for data in objects)]
    consent_acts.keep(station, reader, items, [("said", sealed.record.id)], day)
    return sealed.record.id
