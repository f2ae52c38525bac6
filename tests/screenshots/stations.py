"""Photographs what stands at headquarters and on the desks, in every language, after one interview came there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Page, Playwright

from testimony.domain.testimony.languages import DESKS
from tests.bench.support.addresses import free_port
from tests.screenshots import index
from tests.support.journeys.desks import Desk
from tests.support.journeys.phones import SMALL
from tests.support.journeys.stations import Server
from tests.support.journeys.walkthrough import Walk
from tests.support.journeys.world import World, world
from tests.support.stories.stories import ARABIC

PEOPLE = ("lawyer-1", "coordinator-1")


def shoot(playwright: Playwright, chromium: str, work: Path, folder: Path, langs: Sequence[str]) -> None:
    """The node's outbox, central's page, and the desks of a lawyer and a coordinator, into `folder`/stations-LANG."""
    desks = [lang for lang in langs if lang in DESKS]
    with world(work, playwright, chromium, free_port) as made:
        made.start(made.central)
        made.start(made.node)
        phone = made.signed_in("interviewer-1", "en")
        phone.act("new-interview")
        phone.wait_for("languages")
        Walk(ARABIC).go(phone)
        phone.seal()
        phone.deliver()
        made.wait_delivered(1)
        for lang in langs:
            there = folder / f"stations-{lang}"
            there.mkdir(parents=True, exist_ok=True)
            _picture(phone.page, f"{made.node_gate.url}/{lang}/outbox", there / "node-outbox.png")
        page = made.add_browser("headquarters", **SMALL).start()
        page.goto(made.central.address)
        page.wait_for_selector("[data-troubled]")
        for lang in desks:
            base, _, _ = made.central.address.partition("#")
            _picture(page, f"{base}{lang}/", folder / f"stations-{lang}" / "central.png")
            for path in ("stations", "dashboard", "alarms"):
                _picture(page, f"{base}{lang}/{path}", folder / f"stations-{lang}" / f"central-{path}.png")
        for person, server in zip(PEOPLE, made.desk_servers, strict=True) if desks else ():
            _desk(made, person, server, folder, desks)


def _desk(made: World, person: str, server: Server, folder: Path, langs: Sequence[str]) -> None:
    made.start(server)
    desk = Desk(made.add_browser(f"of {person}", **SMALL).start(), server.address)
    desk.page.goto(f"{desk.address}#{desk.token}")
    desk.page.wait_for_selector("[data-unlock]:not([hidden])")
    desk.page.screenshot(path=folder / f"stations-{langs[0]}" / f"{person}-locked.png", full_page=True)
    desk.enter(made.passphrase(person))
    desk.pull()
    (tid,) = desk.shelf()
    for lang in langs:
        there = folder / f"stations-{lang}"
        _picture(desk.page, f"{desk.address}{lang}/", there / f"{person}-shelf.png")
        _picture(desk.page, f"{desk.address}{lang}/testimony/{tid}", there / f"{person}-testimony.png")
    if person.startswith("coordinator"):
        for lang in langs:
            _picture(desk.page, f"{desk.address}{lang}/releases/", folder / f"stations-{lang}" / "releases.png")
            _picture(desk.page, f"{desk.address}{lang}/dashboard/", folder / f"stations-{lang}" / "dashboard.png")


def _picture(page: Page, address: str, path: Path) -> None:
    page.goto(address)
    page.screenshot(path=path, full_page=True)
    index.note(page, path)
