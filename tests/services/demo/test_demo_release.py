"""A newcomer can release something: to each recipient of the demonstration, on whichever day it is made."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from testimony.questionnaire.form import Form
from testimony.sealing.roster.chain import RosterChain
from testimony.services.demo import demo, demo_release
from testimony.services.demo.demo_release import MANY
from testimony.services.enrolment import organisation
from testimony.services.enrolment.organisation import Plan
from testimony.services.intake.intake import take_in
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.release import job as release_job
from testimony.services.release.desk import Releaser
from testimony.services.release.plan import Order
from testimony.services.startup import open_station
from tests.support.each_time import each_time
from tests.support.services.desks import reader_of
from tests.support.settings import FAST

DAYS = (datetime(2026, 1, 20, 12, tzinfo=UTC), datetime(2028, 2, 29, 23, 59, tzinfo=UTC))
"""The quarter that they tell of began last year, and ended with it."""


@pytest.fixture(scope="module", params=each_time(DAYS, DAYS[0]), ids=lambda day: day.date().isoformat())
def by(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The first coordinator, at whose desk those are whom the lawyers cleared."""
    now: datetime = request.param
    plan = Plan(
        **json.loads(demo.ASKING.read_text(encoding="utf-8")),
        lawyer_names=("Mara Example", "Ilir Example"),
        coordinators=2,
        issued=(now - timedelta(days=14)).date(),
        desks=demo.DESKS,
        key_file_work=FAST,
    )
    made = organisation.create(tmp_path_factory.mktemp("counted") / "org", plan)
    chain, lawyers = RosterChain(made.root, [made.roster]), demo_release.lawyers(made)
    with open_station(made.folder / "desk-coordinator") as desk:
        for number, told in enumerate(demo_release.invented_accounts(now)):
            at = now - timedelta(days=told["days_ago"])
            sealed = demo.seal_invented(made, chain, told, number=number, taken_down=at, withdraw=None)
            said = demo_release.cleared(desk, lawyers, str(sealed.record.value["tid"]), now.date())
            demo.require_stored(take_in(desk, [*demo.incoming(sealed), *said]))
        reader = reader_of(made, "coordinator-1")
        yield Releaser(station=desk, reader=reader, annexes=AnnexIndex(), day=now.date())


@pytest.mark.parametrize(
    "to", [("P06",), ("P07",), ("P10:partners",), ("P06", "P07"), ("P06", "P07", "P10:partners")], ids=" ".join
)
def test_most_of_them_leave_for_each_recipient_and_for_all_at_once(by: Releaser, to: tuple[str, ...]) -> None:
    looked = release_job.look(by, Order(recipients=to, first=8))
    assert looked.refusal is None
    assert looked.plan is not None
    assert looked.plan.batch.published > looked.usable * 2 / 3
    assert len(looked.plan.batch.classes) > 1


def test_some_are_refused_so_that_a_refusal_is_seen_too(by: Releaser) -> None:
    assert release_job.look(by, Order(recipients=("P06",), preset="safe")).refusal is not None


@pytest.mark.parametrize("now", DAYS, ids=lambda day: day.date().isoformat())
def test_each_is_an_account_that_an_interview_could_have_taken_down(now: datetime) -> None:
    form, told = Form.load(), list(demo_release.invented_accounts(now))
    assert len(told) == MANY
    for one in told:
        for name, value in one["incident"].items():
            if form.field(name).options:
                assert set(value if isinstance(value, list) else [value]) <= set(form.field(name).options), name
        taken_down = (now - timedelta(days=one["days_ago"])).date()
        assert one["incident"]["i_date"] < taken_down.isoformat(), "told before it happened"
        assert {"P01", "P06"} <= set(one["purposes"])
