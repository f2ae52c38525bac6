"""Text that one database takes and another does not is refused by the format, so that every central says the same."""

from __future__ import annotations

import pytest

from testimony.sealing.statements import statements
from testimony.sealing.testimony.testimony import Content
from testimony.services.records import queries as record_queries
from testimony.station.station import Station
from tests.support.services.world import DAY, PARTS, World, said, take, tid_of

pytestmark = pytest.mark.both_databases


@pytest.mark.parametrize("part", ["coded\0", "\0", "x" * 33, "x" * 200])
def test_a_grant_with_text_that_some_databases_do_not_take_blocks_no_other_object(
    world: World, central: Station, part: str
) -> None:
    sealed, other = world.testimony(), world.testimony()
    take(central, sealed)
    grant = statements.grant(manifest=sealed.record.id, part=part, head="a" * 64, day=DAY, signer=world.lawyer_signer)
    answers = said(take(central, grant, other))
    assert answers[0] == "refused: structure"
    assert set(answers[1:]) == {"stored"}


def test_text_of_other_scripts_and_signs_comes_back_as_it_was(world: World, central: Station) -> None:
    form = "\u0622\u0645\u0646 \U0001f5fa '\"\\%_ \x7f"
    sealed = world.seal({part: Content("application/json", b"{}") for part in PARTS}, form=form)
    assert set(said(take(central, sealed))) == {"stored"}
    with central.database.reading() as session:
        (held,) = record_queries.records_about(session, tid_of(sealed))
    assert held.value["form"] == form
