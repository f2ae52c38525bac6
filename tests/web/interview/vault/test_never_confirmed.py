"""An organisation in which nobody confirms the list of readers: its age is told, and is no warning."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.support.interview.driver import Interviewer


def test_where_nobody_is_to_confirm_it_the_age_is_no_warning(interviewer: Interviewer, passphrase: str) -> None:
    interviewer.page.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=40))
    interviewer.open()
    interviewer.sign_in("interviewer-1", passphrase)
    said = interviewer.page.locator('[data-fact^="readers"]:visible').all()
    assert [one.get_attribute("data-fact") for one in said] == ["readers"]
