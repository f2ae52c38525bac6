"""An organisation whose roster began today: the commands know no other clock than the machine's."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from testimony.services.enrolment import organisation as enrolment_organisation
from testimony.services.enrolment.organisation import Organisation, Plan
from tests.support.settings import FAST


def made_today(folder: Path, *, central_url: str = "") -> Organisation:
    """Made in `folder`, with desks for the first lawyer and the coordinator."""
    plan = Plan(
        name="Border Watch",
        lawyer_names=("Mara Example", "Ilir Example"),
        mechanism="the monitoring mechanism",
        issued=datetime.now(UTC).date(),
        desks={"desk-lawyer": "lawyer-1", "desk-coordinator": "coordinator-1"},
        key_file_work=FAST,
        central_url=central_url,
    )
    return enrolment_organisation.create(folder, plan)
