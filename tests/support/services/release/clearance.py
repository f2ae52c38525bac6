"""A plan of an organisation with two lawyers and two coordinators."""

from __future__ import annotations

from datetime import date

from testimony.services.enrolment.organisation import Plan


def plan() -> Plan:
    return Plan(
        name="Border Watch",
        lawyer_names=("Mara Example", "Ilir Example"),
        mechanism="the monitoring mechanism",
        issued=date(2026, 1, 1),
        coordinators=2,
        desks={"desk-coordinator": "coordinator-1"},
        key_file_work=2,
    )
