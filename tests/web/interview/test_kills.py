"""Killed at any moment: at most the last instant of typing is gone, and exactly one testimony comes of it."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable

import pytest

from tests.journeys.phones import Browser
from tests.journeys.stations import Server, wait_until
from tests.web.interview.driver import Interviewer
from tests.web.interview.opened import Reader
from tests.web.interview.test_whole_interview import ALL, ANSWERS

LATEST = 1.5  # seconds after the typing began, within which the blow falls
LOST = 0.3  # seconds of typing that a kill may cost, by docs/drafts.md
GRACE = 0.4  # seconds more: a saving that began in time needs its own moment on a machine that is busy
A_LETTER = 0.03


def typed(who: Interviewer, letters: str, stopped: threading.Event) -> list[float]:
    """Type until the browser dies under it; when each letter was in the page."""
    field = who.page.locator('[data-field="n_text"] textarea')
    times: list[float] = []
    try:
        field.focus()
        for letter in letters:
            if stopped.is_set():
                break
            who.page.keyboard.insert_text(letter)
            times.append(time.monotonic())
            time.sleep(A_LETTER)
    except Exception:  # noqa: BLE001  # however the driver says that its browser was killed
        return times
    return times


def back(phone: Browser, address: str, words: str) -> Interviewer:
    """The phone with its browser started again, in the interview that it was killed in."""
    again = Interviewer(phone.start(), address)
    again.open()
    again.sign_in("interviewer-1", words)
    wait_until(
        lambda: again.page.locator('[data-draft-list] li[data-state="open"]').count() == 1, "the node to open the draft"
    )
    again.act("resume")
    again.wait_for("n_text")
    return again


def killed_while_typing(
    phone: Browser, who: Interviewer, words: str, kept: str, chance: random.Random, round_no: int
) -> tuple[Interviewer, str]:
    """One blow; the interview come back to, and what it then holds. Fails when more is gone than the last instant."""
    letters = f"({round_no})" + "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=200))
    stopped, struck = threading.Event(), [0.0]

    def strike() -> None:
        struck[0] = time.monotonic()
        stopped.set()
        phone.kill()

    blow = threading.Timer(chance.uniform(0.05, LATEST), strike)
    blow.start()
    times = typed(who, letters, stopped)
    blow.join()
    again = back(phone, who.address, words)
    held = again.page.locator('[data-field="n_text"] textarea').input_value()
    assert (kept + letters).startswith(held), "nothing but what was typed"
    assert held.startswith(kept), "what was saved before stays"
    due = sum(when < struck[0] - LOST - GRACE for when in times)
    assert len(held) >= len(kept) + due, f"blow {round_no}: {len(held) - len(kept)} letters kept, {due} were due"
    return again, held


def blows(
    count: int,
    phone: Browser,
    who: Interviewer,
    words: str,
    node: Server,
    reader: Callable[[str], Reader],
    seed: int,
) -> None:
    chance = random.Random(seed)
    who.open()
    who.sign_in("interviewer-1", words)
    who.page.wait_for_selector("html[data-signed=online]")
    who.to_account(purposes=ALL)
    who.answer(ANSWERS, until="n_text")
    who.saved()
    held = ""
    for round_no in range(count):
        who, held = killed_while_typing(phone, who, words, held, chance, round_no)
    who.answer({name: value for name, value in ANSWERS.items() if name != "n_text"} | {"n_text": held})
    who.seal()
    wait_until(lambda: who.states() == ["node"], "the node's receipt")
    node.stop()
    (record,) = reader("lawyer-1").manifests()
    contents = reader("lawyer-1").open(record, "lawyers")
    assert contents["narrative"]["statements"][0]["text"] == held


@pytest.mark.parametrize("seed", [3])
def test_eight_kills_while_somebody_types_cost_instants_and_make_one_testimony(
    seed: int,
    phone: Browser,
    interviewer: Interviewer,
    passphrase: str,
    node_server: Server,
    reader: Callable[[str], Reader],
) -> None:
    blows(8, phone, interviewer, passphrase, node_server, reader, seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 105))
def test_many_kills_while_somebody_types_cost_instants_and_make_one_testimony(
    seed: int,
    phone: Browser,
    interviewer: Interviewer,
    passphrase: str,
    node_server: Server,
    reader: Callable[[str], Reader],
) -> None:
    blows(40, phone, interviewer, passphrase, node_server, reader, seed)
