"""Describe the chain of custody for a case file: what can be verified, and who else saw the log."""

from __future__ import annotations

from typing import Final

from testimony import qr
from testimony.errors import N_
from testimony.services.casefile.casefile import Exhibit, Place
from testimony.services.casefile.language import Data, Row, Speech, facts, theirs
from testimony.services.witnesses.first_seen import FirstSeen

SEEN: Final = {"stamped": N_("Stamped by a time stamp authority (RFC 3161)"), "cosigned": N_("Cosigned by a partner")}


def blocks(exhibit: Exhibit, speech: Speech) -> list[Data]:
    """The custody section of the file."""
    opened, manifest, place = exhibit.opened, exhibit.manifest, exhibit.place
    rows: list[Row] = [
        (speech.say(N_("Signed list of its parts (SHA-256)")), [speech.own(opened.manifest) | {"small": True}]),
        (speech.say(N_("Signed by the device")), [opened.device or speech.say(N_("unknown"))]),
        (speech.say(N_("Roster")), [str(opened.roster_no)]),
    ]
    if opened.attestation:
        signed = N_("Imported by") if opened.imported else N_("Signed by the interviewer")
        rows.append((speech.say(signed), [speech.person(opened.attestation.person_id)]))
    checked = speech.say(
        N_("Checked when this file was made: the signatures, every part that was opened, and the place in the log "
           "where it is given below.")
    )  # fmt: skip
    found: list[Data] = [facts(rows, speech), {"kind": "note", "words": speech.own(checked)}]
    found.append(_log(place, opened.manifest, speech))
    if place is not None and opened.seen:
        found.append(facts([(speech.say(SEEN[one.kind]), _seen(one, speech)) for one in opened.seen], speech))
    heads = [speech.say(N_("Part")), speech.say(N_("Commitment")), speech.say(N_("Sealed body (SHA-256)"))]
    parts = [[one.part, one.commit, one.body] for one in manifest.parts]
    found.append({"kind": "hashes", "heads": heads, "rows": parts})
    return found


def _seen(one: FirstSeen, speech: Speech) -> list[str | Data]:
    """By whom, when and of how much of the log; for a time stamp also its root certificate."""
    said: list[str | Data] = [
        theirs((" ".join(one.by.split()),)),  # an authority's name on a line of its own could pass for one of our lines
        speech.say(N_("%(day)s, %(time)s UTC"), day=speech.day(one.time), time=one.time[11:16]),
        speech.say(N_("entries in the log then: %(size)s"), size=one.size),
    ]
    if one.root:
        root = speech.say(N_("Certificate behind it (SHA-256): %(root)s"), root=one.root)
        said.append(speech.own(root) | {"small": True})
    return said


def _log(place: Place | None, record: str, speech: Speech) -> Data:
    if place is None:
        unknown = N_("The log of headquarters had not confirmed this testimony when this file was made.")
        return {"kind": "note", "words": speech.own(speech.say(unknown))}
    caption = [
        speech.say(N_("Log of headquarters: %(origin)s"), origin=place.origin),
        speech.say(N_("Entry %(position)s of %(size)s, counted from 0"), position=place.position, size=place.size),
        speech.say(N_("Root of the log: %(root)s"), root=place.root),
    ]
    code = (
        f"testimony:log?v=1&log={place.origin}&no={place.position}&record={record}&size={place.size}&root={place.root}"
    )
    alt = speech.say(N_("The same as a code for a camera"))
    return {"kind": "code", "svg": qr.draw(code).svg, "alt": alt, "caption": caption}
