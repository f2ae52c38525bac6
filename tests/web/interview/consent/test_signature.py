"""A signature where somebody insists: drawn as lines, on paper or not at all; with the name; gone with the wish."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from testimony.web.desk.session.signature import path_of
from tests.support.interview.consent import GO, MODULE
from tests.support.interview.driver import TALK, Interviewer
from tests.support.interview.opened_testimonies import Reader
from tests.support.journeys.stations import wait_until

pytestmark = pytest.mark.comes_home

SIGNING = TALK | {"cs_mode": "signature"}
CARD = "witness_signature"
DRAWN = "() => document.querySelector('[data-drawn]').getAttribute('d')"
SNAPSHOTS = f"""async () => {{
  const {{ sitting }} = await ((name) => import({MODULE}))('pages/base/interview_state.js');
  const vault = await sitting.phone.vault();
  const held = await sitting.draft.snapshots();
  return Promise.all(held.map(({{ seq, bytes }}) => vault.call('openSnapshot', {{ draft: sitting.id, seq, bytes }})));
}}"""
"""Both slots of the draft, opened with the keys that are in the page's worker."""


def to_signature(who: Interviewer, purposes: set[str]) -> None:
    """From home to the card of the signature."""
    who.to_account(purposes=purposes, circumstances=SIGNING)
    assert who.card == CARD
    start = "document.querySelector('script[type=module]').src"
    script = f"{start}.replace('pages/home/start.js', 'pages/cards/signature.js')"
    who.page.wait_for_function(f"() => performance.getEntriesByName({script}).length > 0")


def frame(page: Page) -> dict[str, float]:
    page.locator("[data-pad]").scroll_into_view_if_needed()
    box = page.locator("[data-pad]").bounding_box()
    assert box
    return dict(box)


def on_grid(page: Page, x: float, y: float) -> tuple[float, float]:
    """The point of the screen at `x`, `y` of the field's 600 by 300."""
    box = frame(page)
    return box["x"] + x / 600 * box["width"], box["y"] + y / 300 * box["height"]


def draw(page: Page, *points: tuple[float, float]) -> None:
    """One stroke with a mouse."""
    page.mouse.move(*on_grid(page, *points[0]))
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*on_grid(page, *point), steps=8)
    page.mouse.up()


def touch(page: Page, *points: tuple[float, float]) -> None:
    """One stroke with a finger."""
    fingers = page.context.new_cdp_session(page)
    for at, point in enumerate(points):
        x, y = on_grid(page, *point)
        kind = "touchStart" if at == 0 else "touchMove"
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def drawn(page: Page) -> str:
    return str(page.evaluate(DRAWN))


def strokes(path: str) -> list[list[tuple[int, int]]]:
    return [[(int(x), int(y)) for x, y in re.findall(r"(\d+) (\d+)", one)] for one in path.split("M")[1:]]


def sealed(who: Interviewer, reader: Callable[[str], Reader], person: str, audience: str) -> dict[str, Any]:
    """Stop and keep, seal, and open what came as `person`."""
    who.act("stop")
    who.act("keep")
    who.seal()
    wait_until(lambda: who.states() == ["node"], "the node's receipt")
    (record,) = reader(person).manifests()
    return reader(person).open(record, audience)


def test_what_is_drawn_with_mouse_and_finger_is_kept_cleared_brought_back_and_sealed_with_the_name(
    signed_in: Interviewer, passphrase: str, reader: Callable[[str], Reader]
) -> None:
    page = signed_in.page
    to_signature(signed_in, {"P01", "P04", "P06"})
    assert page.locator(f'[data-card="{CARD}"] [data-said="readers.lawyers_counts"]').is_visible()
    signed_in.tap_next()
    assert signed_in.wait_for_complaint()  # nothing is signed yet
    draw(page, (100, 100), (300, 100), (300, 200))
    page.wait_for_function(f"() => ({DRAWN})() !== ''")
    [first] = strokes(drawn(page))
    assert [abs(a - b) <= 4 for one, other in zip(first, ((100, 100), (300, 100), (300, 200)), strict=True)
            for a, b in zip(one, other, strict=True)] == [True] * 6  # fmt: skip
    signed_in.act("signature-clear")
    assert drawn(page) == ""
    before = page.evaluate("scrollY")
    touch(page, (60, 40), (200, 150), (60, 260))
    page.wait_for_function(f"() => ({DRAWN})() !== ''")
    draw(page, (400, 50), (400, 250))
    page.wait_for_function(f"() => ({DRAWN})().split('M').length === 3")
    assert page.evaluate("scrollY") == before  # the finger draws and does not scroll
    kept = drawn(page)
    assert path_of(kept) == kept
    signed_in.saved()
    signed_in.act("pause")  # locks: the page forgets it, the draft does not
    page.wait_for_function(f"() => ({DRAWN})() === ''")
    signed_in.unlock(passphrase)
    signed_in.wait_for(CARD)
    assert drawn(page) == kept
    signed_in.next()
    signed_in.talk(SIGNING)
    opened = sealed(signed_in, reader, "lawyer-1", "lawyers")
    assert opened["identity"]["answers"][CARD] == {"value": kept}
    assert opened["consent"]["mode"] == "signature"
    assert kept not in json.dumps([opened["consent"], opened["provenance"], opened["coded"], opened["incident"]])


def test_where_the_lawyers_lost_their_yes_on_the_way_it_is_sealed_with_who_took_it_down(
    signed_in: Interviewer, reader: Callable[[str], Reader]
) -> None:
    page = signed_in.page
    to_signature(signed_in, {"P01", "P04"})
    draw(page, (555, 155), (565, 165))
    page.wait_for_function(f"() => ({DRAWN})() !== ''")
    kept = drawn(page)
    page.evaluate(GO, "purpose-P04")
    signed_in.take("purpose_P04", "no")
    page.evaluate(GO, CARD)
    assert page.locator(f'[data-card="{CARD}"] [data-said="readers.nobody"]').is_visible()
    signed_in.next()
    signed_in.talk(SIGNING)
    opened = sealed(signed_in, reader, "recovery", "recovery")
    assert opened["provenance"][CARD] == kept
    assert kept not in json.dumps([opened["identity"], opened["consent"]])


def test_nothing_of_a_signature_stays_when_nobody_insists_on_it_any_more(
    signed_in: Interviewer, reader: Callable[[str], Reader]
) -> None:
    page = signed_in.page
    to_signature(signed_in, {"P01", "P04"})
    draw(page, (555, 155), (565, 165))
    page.wait_for_function(f"() => ({DRAWN})() !== ''")
    kept = drawn(page)
    signed_in.saved()
    assert kept in json.dumps(page.evaluate(SNAPSHOTS))
    signed_in.act("signature-none")
    signed_in.wait_for("n_text")
    page.wait_for_function(f"() => ({DRAWN})() === ''")
    assert kept not in page.content()
    signed_in.saved()
    page.evaluate(GO, "talk-how")
    signed_in.choose("cs_heard", "read")  # the next change takes the place of the older of the two slots
    signed_in.saved()
    snapshots = page.evaluate(SNAPSHOTS)
    assert len(snapshots) == 2
    assert kept not in json.dumps(snapshots)
    assert [held["answers"]["cs_mode"] for held in snapshots] == [{"value": "oral"}] * 2
    signed_in.talk()
    opened = sealed(signed_in, reader, "recovery", "recovery")
    assert opened["consent"]["mode"] == "oral"
    assert CARD not in json.dumps(opened)
    assert kept not in json.dumps(opened)


@pytest.mark.parametrize("mode", ["oral", pytest.param("recorded", marks=pytest.mark.long)])
def test_the_field_is_there_only_for_whoever_insists_and_another_mode_takes_it_away(
    signed_in: Interviewer, mode: str
) -> None:
    page = signed_in.page
    to_signature(signed_in, {"P01"})
    page.keyboard.press("Tab")  # the keyboard's way: it is on paper
    page.locator(f'[data-card="{CARD}"] [data-option="paper"] input').focus()
    page.keyboard.press("Space")
    expect(page.locator(f'[data-card="{CARD}"] [data-option="paper"] input')).to_be_checked()
    draw(page, (10, 10), (500, 200))
    expect(page.locator(f'[data-card="{CARD}"] [data-option="paper"] input')).not_to_be_checked()
    signed_in.choose(CARD, "paper")
    assert drawn(page) == ""
    signed_in.saved()
    assert page.evaluate(SNAPSHOTS)[0]["answers"][CARD] == {"value": "paper"}
    signed_in.act("back")
    signed_in.wait_for("talk-how")
    signed_in.choose("cs_mode", mode)
    signed_in.next()
    assert signed_in.card == "n_text"
    signed_in.saved()
    assert CARD not in page.evaluate(SNAPSHOTS)[0]["answers"]
