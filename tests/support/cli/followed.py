"""Which test types which commands of the pages of `docs/`, and why nobody types the others: the one list of both.

The hook of `tests/cli/pages/conftest.py` and `tests/journeys/conftest.py` fails a test that does not type what stands
here for it; `tests/cli/pages/test_all_pages.py` fails when a command of a page has neither a test nor a reason.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from tests.support.cli.page import TYPED, steps_of


@dataclass(frozen=True)
class Followed:
    """Tests with the numbers of the commands that each types, and commands left out with the reason of each."""

    tests: Mapping[str, Sequence[int]]
    left_out: Mapping[int, str] = field(default_factory=dict)


def by(test: str, commands: int, left_out: Mapping[int, str] | None = None) -> Followed:
    """By one test of `tests/cli/pages/`, which types all of so many commands but those left out."""
    without = left_out or {}
    return Followed({f"tests/cli/pages/{test}": [n for n in range(1, commands + 1) if n not in without]}, without)


HOUR = "tests/cli/pages/test_first_hour.py::test_"
LOST = "tests/journeys/test_lost_stations.py::test_"
BURNT = f"{LOST}what_burnt_is_there_again_after_the_two_commands_of_the_page"
QUICKER = "the test makes this key with less work, as the third is made by the command"

FOLLOWED: Mapping[str, Followed] = {
    "administration.md": by("test_central.py::test_the_first_administrator_gets_a_link_as_the_page_says", 1),
    "alarms.md": by("test_central.py::test_alarms_are_listed_and_an_e_mail_goes_as_the_page_says", 3),
    "archive.md": by("test_desks.py::test_an_archive_is_made_and_checked_as_the_page_says", 4),
    "backup.md": Followed(
        {
            f"{BURNT}[node]": [1, 2, 3, 7, 8],
            f"{LOST}what_burnt_is_there_again_out_of_one_sealed_file": [4, 5, 6],
            f"{BURNT}[central]": [9, 10],
            f"{BURNT}[desk]": [11, 12],
            f"{LOST}what_a_burnt_node_alone_had_reaches_central_by_the_command_of_the_page": [13],
            f"{LOST}central_moves_to_postgresql_and_is_there_again_after_it_burnt": [14, 15, 16, 17],
        }
    ),
    "bundles.md": by("test_stations.py::test_a_stick_goes_to_headquarters_and_back_as_the_page_says", 4),
    "casefile.md": by("test_desks.py::test_a_case_file_is_made_as_the_page_says", 1),
    "central.md": by("test_postgresql.py::test_central_is_set_up_burns_and_is_there_again_as_the_page_says", 11),
    "doctor.md": by("test_stations.py::test_the_doctor_prints_what_its_page_shows", 1),
    "enrolment.md": by(
        "test_stations.py::test_a_second_node_is_made_in_four_commands_and_its_backup_is_tested_in_two", 6
    ),
    "exports.md": by("test_desks.py::test_an_export_is_made_and_opened_as_the_page_says", 2),
    "first-hour.md": Followed(
        {
            "tests/journeys/test_first_release.py::"
            "test_a_newcomer_sees_a_release_proposed_agreed_to_and_leave_for_three_recipients": [1],
            f"{HOUR}the_demonstration_is_read_and_checked_as_the_page_says": [2, 3],
            f"{HOUR}an_organisation_of_ones_own_is_made_as_the_page_says": [4],
        }
    ),
    "freshness.md": by("test_freshness.py::test_a_coordinator_confirms_the_list_of_readers_as_the_page_says", 2),
    "hotspot.md": by(
        "test_stations.py::test_a_node_on_a_hotspot_is_made_and_gets_its_certificates_as_the_page_says", 4
    ),
    "install.md": Followed({}, {1: "it needs the packages, and root, on a Debian of its own"}),
    "leaving.md": by("test_desks.py::test_all_that_lawyers_may_read_is_exported_and_opened_as_the_page_says", 2),
    "own-forms.md": by(
        "test_stations.py::test_a_questionnaire_is_checked_installed_and_taken_back_as_the_page_says", 5
    ),
    "own-key.md": by("test_own_key.py::test_a_reader_makes_a_key_is_admitted_and_given_access_as_the_page_says", 12),
    "pages.md": by(
        "test_signed_pages.py::test_the_keys_sign_a_page_and_another_device_compares_it_as_the_page_says", 11
    ),
    "recovery.md": by("test_ceremonies.py::test_both_ceremonies_are_held_and_used_as_the_page_says", 7),
    "submissions.md": by("test_desks.py::test_a_sheet_annexes_and_a_note_are_made_as_the_page_says", 3),
    "timestamps.md": by("test_central.py::test_the_head_of_the_log_is_stamped_and_cosigned_as_the_page_says", 11),
    "tls.md": by("test_stations.py::test_a_node_gets_its_certificate_and_the_next_one_as_the_page_says", 8),
    "updating.md": by(
        "test_updating.py::test_an_update_is_made_checked_put_on_and_taken_back_as_the_page_says",
        13,
        {6: QUICKER, 7: QUICKER},
    ),
    "wordings.md": by("test_central.py::test_checked_words_come_into_force_as_the_page_says", 2),
}
"""By the name of the page in `docs/`."""


def require_typed(test: str) -> None:
    """Every command that the list has for this test was typed since it began."""
    for page, followed in FOLLOWED.items():
        commands = steps_of(page) if test in followed.tests else []
        lacking = [
            commands[number - 1].command for number in followed.tests.get(test, ()) if (page, number) not in TYPED
        ]
        assert lacking == [], f"{page}: the list says that this test types {lacking}"


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """What fixtures typed counts too. A test that was skipped, or failed, typed nothing that is asked for."""
    try:
        result = yield
        require_typed(pyfuncitem.nodeid)
        return result
    finally:
        TYPED.clear()
