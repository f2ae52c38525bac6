"""The page for a stick: who may use it, what it writes and takes in, and what it says of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from testimony.services.continuity.reoffer import count_waiting
from testimony.services.enrolment.organisation import Organisation
from testimony.station.station import Station
from testimony.store.files import removable
from tests.support.sync.hostile_central import stripped
from tests.support.web.browser import Browser
from tests.support.web.pages import sign_in
from tests.support.web.usb_sync import done, send, stick

__all__ = ["stick"]


def test_a_stick_goes_from_the_node_to_headquarters_and_back(
    browser: Callable[..., Browser], opened: Callable[[str], Station], organisation: Organisation, stick: Path
) -> None:
    node, central = browser("field"), browser("central")
    sign_in(node, organisation)
    assert send(node, "write", folder=str(stick)) == 303
    assert "Written and read back" in done(node)
    assert send(central, "read", folder=str(stick)) == 303
    assert "From node-1. Taken in: 5 of 5. Write the answer" in done(central)
    assert send(central, "write", folder=str(stick), to="node-1") == 303
    assert "Written and read back" in done(central)
    assert send(node, "read", folder=str(stick)) == 303
    page = done(node)
    assert "Receipts: 5" in page
    assert "not for this station, left as they are: 1" in page
    with opened("field").database.reading() as session:
        assert count_waiting(session) == 0


def test_headquarters_is_told_that_the_seal_of_a_node_s_file_fails(
    browser: Callable[..., Browser], organisation: Organisation, stick: Path
) -> None:
    """Somebody on the way may have taken a withdrawal out, and nothing else would tell."""
    node, central = browser("field"), browser("central")
    sign_in(node, organisation)
    send(node, "write", folder=str(stick))
    done(node)
    (file,) = stick.iterdir()
    file.write_bytes(stripped(file.read_bytes(), lambda frames: frames))
    send(central, "read", folder=str(stick))
    page = done(central)
    assert "From node-1. Taken in: 5 of 5." in page
    assert "This file is damaged or broke off." in page


def test_a_desk_reads_the_answer_that_is_for_its_reader(browser: Callable[..., Browser], stick: Path) -> None:
    central, lawyer, coordinator = browser("central"), browser("lawyer"), browser("coordinator")
    send(central, "write", folder=str(stick), to="lawyer-1", everything="yes")
    done(central)
    send(lawyer, "read", folder=str(stick))
    assert "Headquarters&#39; answer" in done(lawyer)
    send(coordinator, "read", folder=str(stick))
    assert "left as they are: 1" in done(coordinator)


def test_only_a_stick_that_is_offered_can_be_chosen(browser: Callable[..., Browser], stick: Path) -> None:
    central = browser("central")
    assert central.client.post("/stick/write", base_url=central.base, data={"folder": str(stick)}).status_code == 400
    for folder in ("/etc", str(stick.parent), str(stick / ".."), ""):
        assert send(central, "read", folder=folder) == 409
    assert send(central, "write", folder=str(stick), to="nobody") == 422
    assert list(stick.iterdir()) == []


def test_a_central_of_several_processes_names_the_commands_and_begins_nothing(
    browser: Callable[..., Browser], stick: Path
) -> None:
    """The next question would reach another process, which knows nothing of the work."""
    central = browser("central")
    central.client.application.config["WORKERS"] = 2
    assert send(central, "read", folder=str(stick)) == 409
    assert send(central, "write", folder=str(stick), to="node-1") == 409
    page = central.get("/en/stick").text
    assert "testimony bundle import" in page
    assert "<form" not in page.partition("<main")[2].partition("</main")[0]
    assert list(stick.iterdir()) == []


def test_what_went_wrong_is_one_sentence(
    browser: Callable[..., Browser], stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    central = browser("central")
    send(central, "read", folder=str(stick))
    assert "There is no file for this station on the stick." in done(central)
    monkeypatch.setattr(removable, "free", lambda _: 0)
    send(central, "write", folder=str(stick), to="node-1")
    assert "The stick is full." in done(central)


def test_what_nobody_foresaw_is_told_as_a_failure(
    browser: Callable[..., Browser], stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    central = browser("central")

    def fail(_: Path) -> int:
        raise ValueError("canary")

    monkeypatch.setattr(removable, "free", fail)
    send(central, "write", folder=str(stick), to="node-1")
    page = done(central)
    assert "Something went wrong." in page
    assert "canary" not in page
    assert list(stick.iterdir()) == []


def test_without_a_stick_the_page_says_so(browser: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(removable, "writable_mounts", lambda *_: [])
    page = browser("central").get("/en/stick").text
    assert "No stick is there" in page
    assert 'action="/stick' not in page


def test_the_page_says_how_far_it_is_while_it_works(browser: Callable[..., Browser], stick: Path) -> None:
    central = browser("central")
    from testimony.sync.jobs.media_transfer import Work

    central.app.extensions["testimony.stick"].last = Work(writing=False, folder=str(stick), done=5 << 20, total=9 << 20)
    page = central.get("/en/stick").text
    assert 'max="9437184" value="5242880"' in page
    assert 'action="/stick' not in page
    assert central.get("/stick/state").json == {"running": True, "done": 5 << 20, "total": 9 << 20}
    assert (
        central.client.post(
            "/stick/read", base_url=central.base, data={"csrf_token": central.csrf(), "folder": str(stick)}
        ).status_code
        == 409
    )
