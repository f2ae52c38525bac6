"""Killed at any moment: at most the last instant of typing is gone, and exactly one testimony comes of it."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable

import pytest

from tests.support.interview.driver import Interviewer
from tests.support.interview.fast_interview import Hurried
from tests.support.interview.opened_testimonies import Reader
from tests.support.interview.whole_interview import ALL, ANSWERS
from tests.support.journeys.phones import Browser
from tests.support.journeys.stations import Server, wait_until

LATEST = 1.5  # seconds after the typing began, within which the blow falls
A_LETTER = 0.03
A_BREATH = 8  # letters, after which whoever types waits until the page says that all of it is saved
SAID_TO_BE_SAVED = """text => document.documentElement.dataset.saved === "yes"
  && document.querySelector('[data-field="n_text"] textarea').value.endsWith(text)"""


def typed(who: Interviewer, letters: str, stopped: threading.Event) -> int:
    """Type until the browser dies under it; how many letters the page said were saved."""
    safe = 0
    try:
        who.page.locator('[data-field="n_text"] textarea').focus()
        for begin in range(0, len(letters), A_BREATH):
            for letter in letters[begin : begin + A_BREATH]:
                if stopped.is_set():
                    return safe
                who.page.keyboard.insert_text(letter)
                time.sleep(A_LETTER)
            who.page.wait_for_function(SAID_TO_BE_SAVED, arg=letters[: begin + A_BREATH])
            safe = len(letters[: begin + A_BREATH])
    except Exception:  # noqa: BLE001  # however the driver says that its browser was killed
        return safe
    return safe


def back(phone: Browser, address: str, words: str) -> Interviewer:
    """The phone with its browser started again, in the interview that it was killed in."""
    again = Hurried(phone.start(), address)
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
    """One blow; the interview come back to, and what it then holds. Fails when something that was saved is gone."""
    letters = f"({round_no})" + "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=200))
    stopped = threading.Event()

    def strike() -> None:
        stopped.set()
        phone.kill()

    blow = threading.Timer(chance.uniform(0.05, LATEST), strike)
    blow.start()
    safe = typed(who, letters, stopped)
    blow.join()
    again = back(phone, who.address, words)
    held = again.page.locator('[data-field="n_text"] textarea').input_value()
    assert (kept + letters).startswith(held), "nothing but what was typed"
    assert held.startswith(kept), "what was saved before stays"
    assert len(held) >= len(kept) + safe, f"blow {round_no}: {len(held) - len(kept)} letters kept, {safe} said to be"
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
    who.fill({name: value for name, value in ANSWERS.items() if name != "n_text"} | {"n_text": held})
    who.seal()
    wait_until(lambda: who.states() == ["node"], "the node's receipt")
    node.stop()
    (record,) = reader("lawyer-1").manifests()
    contents = reader("lawyer-1").open(record, "lawyers")
    assert contents["narrative"]["statements"][0]["text"] == held


@pytest.mark.parametrize("seed", [3])
def test_two_kills_while_somebody_types_cost_instants_and_make_one_testimony(
    seed: int,
    phone: Browser,
    interviewer: Interviewer,
    passphrase: str,
    node_server: Server,
    reader: Callable[[str], Reader],
) -> None:
    blows(2, phone, interviewer, passphrase, node_server, reader, seed)


@pytest.mark.long(short="test_two_kills_while_somebody_types_cost_instants_and_make_one_testimony")
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
