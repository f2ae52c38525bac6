"""An administrator adds a field node: from its first page to a list that has heard of it and a phone that signed in.

Lived through once in each form: central's pages and the node's own first pages in Chromium, two roots and the
authority at machines of their own by their commands. Each test holds what was seen to one promise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

import pytest
from playwright.sync_api import sync_playwright

from tests.support.cli.program import run
from tests.support.each_time import each_time
from tests.support.journeys import administrator, new_node
from tests.support.journeys.interviews import free_port
from tests.support.journeys.new_node import Administrator, Authority, Eyes, Laptop, Node
from tests.support.journeys.phones import Browser
from tests.support.journeys.stations import wait_until
from tests.support.journeys.world import World, world


class Look(NamedTuple):
    """Of every page of the story; the phone is a phone."""

    size: tuple[int, int]
    lang: str


WIDE, MIDDLE, SMALL = (1280, 800), (1024, 768), (360, 740)
LOOKS = [Look(size, lang) for size in (WIDE, MIDDLE, SMALL) for lang in ("en", "fr", "ar")]


@dataclass
class Lived:
    """What was seen. `shown`: by the machines that signed; `after`: of the node in central's list."""

    request: list[str] = field(default_factory=list)
    early: str = ""
    proposal: str = ""
    shown: list[str] = field(default_factory=list)
    organisation: list[str] = field(default_factory=list)
    told: str = ""  # of the organisation, at headquarters
    link: str = ""  # what the node's page says of its way to headquarters
    after: dict[str, str] = field(default_factory=dict)
    card: str = ""
    faults: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="module", params=each_time(LOOKS, Look(WIDE, "en")), ids=lambda one: str(one))
def lived(
    request: pytest.FixtureRequest, chromium: str, certutil: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Lived]:
    size, lang = request.param
    folder = tmp_path_factory.mktemp("node")
    node = Node(folder / "new", free_port)
    with sync_playwright() as playwright, node.running(), world(folder, playwright, chromium, free_port) as made:
        phone = partial(new_node.phone, playwright, chromium, certutil, folder / "phone", node)
        yield live(made, node, phone, Look(size, lang))


def live(made: World, node: Node, phone: Callable[[Authority], Browser], look: Look) -> Lived:
    seen, eyes, folder = Lived(), Eyes(look.lang), made.folder
    viewport = {"width": look.size[0], "height": look.size[1]}
    new_node.tell_where_central_is(made)
    made.start(made.central)
    vera = Administrator(made.add_browser("vera", viewport=viewport).start(), eyes)
    administrator.sign_in(made, vera.page, look.lang)
    laptop = Laptop(made.add_browser("laptop", viewport=viewport, ignore_https_errors=True).start(), node, eyes)

    seen.request = laptop.make(vera.organisations_file(folder / "roster.bundle"))
    seen.early = laptop.too_early()
    seen.proposal = vera.propose(laptop.save_request(folder / "enrolment.json"))
    seen.shown = vera.publish(made, folder)
    seen.organisation = laptop.join()
    seen.told = run("roster", "show", "--org", made.organisation.folder).stdout
    authority = Authority(folder / "ca")
    laptop.certify(authority.sign, folder)

    made.browsers["phone"] = phone(authority)
    seen.card = new_node.sign_in(made.browsers["phone"].start(), made, node, eyes)
    wait_until(lambda: vera.heard(), "central to hear of the node", pause=0.5)
    seen.after = vera.facts()
    seen.link = laptop.link_state()
    seen.faults = eyes.faults
    seen.complaints = [said for browser in made.browsers.values() for said in browser.complaints]
    return seen


def test_central_and_the_machines_that_sign_show_the_words_that_the_node_reads_to_them(lived: Lived) -> None:
    words = " ".join(lived.request)
    assert len(lived.request) == 6
    assert [words in shown for shown in (lived.proposal, *lived.shown)] == [True] * 3


def test_before_it_is_admitted_the_node_says_so_and_keeps_waiting(lived: Lived) -> None:
    assert lived.early


def test_the_node_shows_the_words_that_headquarters_has_of_the_organisation(lived: Lived) -> None:
    assert len(lived.organisation) == 6
    assert " ".join(lived.organisation) in lived.told


def test_its_first_pages_end_at_a_node_whose_first_sync_succeeded(lived: Lived) -> None:
    assert lived.link == "good"


def test_central_has_heard_of_it(lived: Lived) -> None:
    assert lived.after["troubles"] == "", "neither new nor silent nor without its roster"
    assert lived.after["waiting"] == "0"


def test_an_interviewer_is_in_on_a_phone_that_trusts_the_organisation(lived: Lived) -> None:
    assert lived.card == "home"


def test_every_page_of_it_fits_has_one_heading_and_no_script_complained(lived: Lived) -> None:
    assert (lived.faults, lived.complaints) == ([], [])
