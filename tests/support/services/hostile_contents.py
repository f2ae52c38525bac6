"""Contents of sealed parts that only a dishonest phone would write."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from testimony.questionnaire.form import Form
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.testimony.testimony import Content, SealedTestimony, seal
from testimony.services.enrolment.organisation import Organisation

DEEP = b"[" * 50_000


CONSENTS = (
    b'{"events":5}',
    b'{"events":null}',
    b'{"events":[{"event":[],"id":"a","purpose":{},"recipient":1,"after":{},"day":[]}]}',
    b'{"events":[{"event":"GRANT","id":"a","purpose":[],"recipient":"x","after":[],"day":"2026-01-19"}]}',
    b'{"events":"GRANT"}',
    b'{"events":{}}',
    b"[]",
    b"NaN",
    b"1" * 5000,
    b'"\xff"',
    DEEP,
)


CODED = (
    b'{"answers":5}',
    b'{"answers":{"w_age":5,"i_date":[],"v_acts":{}}}',
    b'{"answers":{"v_acts":{"value":5}}}',
    b'{"answers":{"v_acts":{"value":[[],{}]},"w_age":{"value":[]}}}',
    b'{"answers":{"v_acts":{"value":{"a":1}},"w_age":{"value":{}},"i_date":{"value":{"a":1}}}}',
    b'{"answers":{"i_segment":{"value":["x"]},"w_gender":{"value":1e999},"w_nat":{"missing":[]}}}',
    b'{"answers":{"i_segment":{"value":"=cmd()"},"w_age":{"value":true},"i_date":{"value":-1}}}',
    b'{"answers":{"w_age":{"missing":"nask","value":[[[]]]},"g_size":{"value":1e5}},"form":7}',
    DEEP,
)


def sealed_with(
    made: Organisation, parts: Mapping[str, bytes], media: Mapping[str, Content] = MappingProxyType({})
) -> SealedTestimony:
    chain = RosterChain(made.root, [made.roster])
    everybody = {audience: chain.recipients(audience) for audience in ("coordinators", "lawyers", "recovery")}
    return seal(
        {part: Content("application/json", data) for part, data in parts.items()} | dict(media),
        readers=dict.fromkeys([*parts, *media], everybody),
        slots=chain.latest.slots,
        roster_sha256=chain.latest.sha256,
        roster_no=chain.latest.no,
        device=made.signers["phone-1"],
        interviewer=made.signers["interviewer-1"],
        day="2026-01-19",
        at="2026-01-19T10:00:00Z",
        form="<script>alert(1)</script>",
        form_sha256=Form.load().sha256,
    )
