"""A desk that holds hostile testimonies and annexes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from testimony import canonical
from testimony.sealing.testimony.testimony import Content, SealedTestimony
from testimony.services.consent import acts as consent_acts
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.station.station import Station
from tests.support.services.desks import reader_of
from tests.support.services.hostile_contents import sealed_with
from tests.support.web.browser import NOW
from tests.support.web.hostile import text as hostile_text


def brought(
    station: Station, made: Organisation, contents: Mapping[str, Any], media: Mapping[str, Content] | None = None
) -> SealedTestimony:
    """Sealed by an enrolled phone, and taken in at the desk."""
    data = {part: hostile_text.encoded(content) for part, content in contents.items() if part != "provenance"}
    if "provenance" in contents:
        data["provenance"] = canonical.encode(contents["provenance"])  # or nobody could sign it
    one = sealed_with(made, data, media or {})
    taken = take_in(station, demo.incoming(one))
    assert {status.status for status in taken.statuses} == {"stored"}
    return one


def say(station: Station, made: Organisation, one: SealedTestimony, contents: Iterable[Mapping[str, Any]]) -> None:
    """What a dishonest lawyer says about it, sealed to everybody, taken in as one delivery."""
    reader, day, roster = reader_of(made, "lawyer-2"), NOW.date(), station.chain.latest
    tid = str(one.record.value["tid"])
    sealed = [consent_acts.seal_content(roster, reader, tid, content, day=day) for content in contents]
    taken = take_in(station, [item for _, items in sealed for item in items])
    assert {status.status for status in taken.statuses} == {"stored"}


def built(rule: Any, samples: Mapping[str, str]) -> str:
    from tests.support.web.routes import SAMPLES

    _, address = rule.build({name: samples.get(name, SAMPLES[name]) for name in rule.arguments}) or ("", "")
    return str(address)
