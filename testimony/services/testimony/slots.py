"""Checks who can open the parts of a testimony besides this reader: no key that is no reader's may be among them.

From outside a decoy looks like a reader, so a node, central or an archive cannot check it. A reader who opened a part
of version 2 can count its readers (docs/sealing.md, "Parts").
"""

from __future__ import annotations

from collections.abc import Iterator

from testimony import canonical
from testimony.domain.consent.authority import INTERVIEW
from testimony.sealing.parts.manifest import Manifest
from testimony.sealing.parts.part import OpenedHead
from testimony.sealing.roster.roster import Roster
from testimony.sealing.testimony.media import LIST
from testimony.sealing.verification import Finding, Holds
from testimony.services.consent.permissions import Consented
from testimony.services.opening.compartments import MAY_OPEN, compartment_of
from testimony.services.opening.reader import Reader
from testimony.services.testimony.proofs import Contents


def findings(
    manifest: Manifest, roster: Roster | None, reader: Reader, contents: Contents, consented: Consented
) -> tuple[Finding, ...]:
    """What is wrong with the slots of the parts; nothing for version 1, where it cannot be found out.

    `roster`: the one that `manifest` names. `slots.stranger`: a part has more readers than that roster.
    `slots.displaced`: a part should open to this reader and does not, so that somebody else may be in this reader's
    place.
    """
    if roster is None or manifest.version == 1:
        return ()
    found = [
        *(("slots.stranger", part) for part in _with_strangers(manifest, roster, reader, contents)),
        *(("slots.displaced", part) for part in _displaced(roster, reader, contents, consented)),
    ]
    return tuple(Finding(code=code, holds=Holds.NO, values={"part": compartment_of(part)}) for code, part in found)


def _with_strangers(manifest: Manifest, roster: Roster, reader: Reader, contents: Contents) -> Iterator[str]:
    """Only heads of the manifest are counted: who reads by a grant stands in no roster of the interview."""
    most = len(roster.recipients(reader.audience))
    for part, head in _heads(contents):
        entry = manifest.part(part)
        is_own = entry is not None and canonical.sha256_hex(head.head) == entry.heads.get(reader.audience)
        if is_own and head.count_readers() > most:
            yield part


def _heads(contents: Contents) -> Iterator[tuple[str, OpenedHead]]:
    """By part, the heads by which it was opened; of media that of the list."""
    yield from ((one.part, one.head) for one in contents.compartments if one.head is not None)
    if contents.gallery is not None and contents.gallery.head is not None:
        yield LIST, contents.gallery.head


def _displaced(roster: Roster, reader: Reader, contents: Contents, consented: Consented) -> Iterator[str]:
    """Parts that were to be sealed to this reader: by the roster, and by the consent of the interview alone."""
    is_reader = reader.key.recipient in roster.recipients(reader.audience)
    if not is_reader or any(one.role != INTERVIEW for one in consented.stands.said):
        return
    closed = [(one.part, one.closed) for one in contents.compartments if one.part in MAY_OPEN[reader.audience]]
    if contents.gallery is not None:
        closed.append((LIST, contents.gallery.closed))
    for part, reason in closed:
        name = compartment_of(part)
        allowed = reader.audience in roster.policy.get(name, ()) and name not in consented.permission.closed
        if reason == "not_for_you" and allowed:
            yield part
