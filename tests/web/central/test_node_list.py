"""Central's list of twenty field nodes: what needs somebody comes first, and all of it can be read on a phone."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from testimony.services.monitoring import attention, overview
from testimony.services.monitoring.heartbeats import Contact
from testimony.services.monitoring.types import NodeLine
from testimony.station.station import Station
from testimony.web.factory import create_app
from tests.support.web.browser import Browser as Asking
from tests.support.web.browsers import axe
from tests.support.web.many_nodes import NUMBER, Twenty, after_a_restoration

TODAY = "2026-11-26"


@pytest.fixture
def twenty(tmp_path: Path) -> Iterator[Twenty]:
    world = Twenty(tmp_path)
    yield world
    world.close()


@pytest.fixture
def central(twenty: Twenty) -> Station:
    made = twenty.central()
    twenty.heard_of(made)
    twenty.trouble(made)
    return made


def lines(central: Station) -> list[NodeLine]:
    with central.database.reading() as session:
        return overview.nodes(central, session)


def node(**said: object) -> NodeLine:
    given: dict[str, object] = {"id": "node-1", "status": "active", "testimonies": 0, "day": ""}
    return NodeLine(**(given | said))  # type: ignore[arg-type]


def troubles(**said: object) -> tuple[str, ...]:
    return attention.troubles(node(**said), today=TODAY, roster=3)


def test_the_gravest_come_first_and_the_rest_by_name(central: Station) -> None:
    found = [(one.id, one.troubles) for one in lines(central)]
    assert found[:9] == [
        ("node-5", ("marked",)),
        ("node-16", ("lacking",)),
        ("node-3", ("silent",)),
        ("node-7", ("full",)),
        ("node-9", ("refused",)),
        ("node-15", ("certificate",)),
        ("node-13", ("roster",)),
        ("node-11", ("clock",)),
        ("node-20", ("new",)),
    ]
    assert [name for name, _ in found[9:]] == [f"node-{n}" for n in (1, 2, 4, 6, 8, 10, 12, 14, 17, 18, 19)]


def test_after_a_restoration_those_that_readers_wait_for_come_first(central: Station) -> None:
    after_a_restoration(central)
    assert all("awaited" in one.troubles for one in lines(central))
    assert lines(central)[0].troubles == ("marked", "awaited")


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({}, ("new",)),
        ({"day": "2026-11-19"}, ()),
        ({"day": "2026-11-18"}, ("silent",)),
        ({"day": "2026-11-26", "contact": Contact(day="2020-01-01", carried=True)}, ()),
        ({"contact": Contact(day=TODAY, free=32, floor=32)}, ("full",)),
        ({"contact": Contact(day=TODAY, free=33, floor=32, roster=3, clock=5)}, ()),
        ({"contact": Contact(day=TODAY, roster=2, clock=-6)}, ("roster", "clock")),
        ({"contact": Contact(day=TODAY, until="2026-12-25")}, ("certificate",)),
        ({"contact": Contact(day=TODAY, until="2026-12-26")}, ()),
        ({"contact": Contact(day=TODAY, until="no day")}, ()),
        ({"contact": Contact(day=TODAY, lacking=0)}, ()),
        ({"contact": Contact(day=TODAY, lacking=1, until="2026-12-25")}, ("lacking", "certificate")),
        ({"status": "revoked", "contact": Contact(day="2020-01-01", free=1, floor=32)}, ()),
    ],
)
def test_what_needs_somebody_is_a_rule_over_what_is_known(said: dict[str, object], found: tuple[str, ...]) -> None:
    assert troubles(**said) == found


def test_each_line_says_what_a_coordinator_asks_for(central: Station) -> None:
    app = create_app(STATION=central)
    asking = Asking(app, "central")
    assert asking.post_json("/start", {"token": app.config["START_TOKEN"]}).status_code == 200
    assert re.search(r"data-troubled><b>9</b>", asking.get("/en/").text)
    page = asking.get("/en/stations").text

    def facts(name: str) -> dict[str, str]:
        block = page.split(f'data-node="{name}"')[1].split("\n  </li>")[0]
        told = re.findall(r'data-fact="(\w+)"><dt>[^<]+</dt><dd>(.*?)</dd>', block, re.DOTALL)
        return {fact: re.sub(r"<[^>]*>", "", words) for fact, words in told}

    seen = facts("node-19")
    assert (seen["waiting"], seen["software"], seen["disk"], seen["clock"]) == ("18", "0.9.0", "12 GB", "in step")
    assert facts("node-3")["heard"].endswith("silent for a week and more")
    assert facts("node-7")["disk"].endswith("make room now")
    assert facts("node-9")["refused"] == "2"
    assert "The signer is no longer active in the roster." in page
    assert facts("node-11")["clock"] == "ahead of this one by about 2 hours"
    assert (facts("node-17")["waiting"], facts("node-17")["disk"]) == ("12", "not known–")
    assert "last heard of by a stick" in page
    assert "Records that the log names and that did not come to it: 2." in page


@pytest.fixture
def served(central: Station, free_port: object) -> Iterator[tuple[str, Flask]]:
    port = free_port()  # type: ignore[operator]
    central.settings = replace(central.settings, port=port)
    app = create_app(STATION=central)
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{port}", app
    server.shutdown()
    server.server_close()
    thread.join(10)


def test_twenty_nodes_fit_a_phone_and_stand_in_columns_on_a_wide_screen(
    served: tuple[str, Flask], chrome: Browser
) -> None:
    address, app = served
    with chrome.new_context(viewport={"width": 360, "height": 740}, bypass_csp=True) as context:
        page = context.new_page()
        page.goto(f"{address}/en/#{app.config['START_TOKEN']}")
        page.wait_for_selector("[data-troubled]")
        for lang, width in (("en", 360), ("fr", 320), ("es", 360), ("fr", 1280)):
            page.set_viewport_size({"width": width, "height": 740})
            page.goto(f"{address}/{lang}/stations")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (lang, width)
            found = axe.violations(page)
            assert not found, [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]
        lefts = page.eval_on_selector_all(
            "[data-fact=waiting] dd", "all => all.map(one => Math.round(one.getBoundingClientRect().left))"
        )
        assert (len(lefts), len(set(lefts))) == (NUMBER, 1)
        heads = page.eval_on_selector_all(
            ".node-heads span", "all => all.map(one => [one.scrollWidth, one.clientWidth])"
        )
        assert all(needed <= given for needed, given in heads), heads
