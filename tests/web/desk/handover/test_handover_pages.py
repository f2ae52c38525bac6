"""Lawyers of two organisations hand a testimony over on pages, refuse one, and follow the end of its consent."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from testimony.domain.consent.events import Act as ConsentAct
from testimony.domain.consent.purposes import Key, Purpose
from testimony.sealing.keys.wordlist import fingerprint_words
from testimony.sealing.statements import handover
from testimony.services.consent import acts as consent_acts
from testimony.services.handover import letters, partners, received
from testimony.services.handover.standings import State
from testimony.store.errors import StoreFull
from testimony.web.desk.handover import files
from tests.support.services import handovers
from tests.support.services.desks import TODAY
from tests.support.services.handovers import RECIPIENT, SAID, Side, agreed, listed, refresh
from tests.support.web.browser import Browser
from tests.support.web.desk.handovers import pages


@pytest.fixture(scope="module")
def acquainted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return handovers.acquainted(tmp_path_factory.mktemp("acquainted"))


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> None:
    handovers.agree_to_hand_overs(monkeypatch)


@pytest.fixture
def sides(acquainted: Path, tmp_path: Path) -> Iterator[tuple[Side, Side]]:
    with handovers.both(Path(shutil.copytree(acquainted, tmp_path / "both"))) as found:
        yield found


def sent(giver: Side, taker: Side, tid: str) -> tuple[Browser, str, bytes]:
    """On pages, the giver's one desk: the id and the file."""
    one = pages(giver)
    root = taker.organisation.root.fingerprint
    assert "Hand over to another organisation" in one.get(f"/en/testimony/{tid}").text
    assert one.post(f"/testimony/{tid}/handover").status_code == 400
    assert one.post(f"/testimony/{tid}/handover", {"root": root}).status_code == 303
    shown = one.get("/en/handovers/").text
    assert "Another lawyer compares the six words" in shown
    assert f'data-face="{tid}"' in shown
    (id,) = re.findall(r'data-handover="(\w+)"', shown)
    giver.meet()
    two = pages(giver, "lawyer-2")
    assert two.post(f"/handovers/of/{id}/agree").status_code == 400
    assert two.post(f"/handovers/of/{id}/agree", {"words": "one two three four five six"}).status_code == 409
    assert two.post(f"/handovers/of/{id}/agree", {"words": fingerprint_words(root)}).status_code == 303
    giver.meet()
    return one, id, saved(one.post(f"/handovers/of/{id}/file"))


def saved(answer: object) -> bytes:
    assert answer.status_code == 200  # type: ignore[attr-defined]
    assert "attachment" in answer.headers["Content-Disposition"]  # type: ignore[attr-defined]
    assert answer.headers["Cache-Control"] == "no-store"  # type: ignore[attr-defined]
    return bytes(answer.data)  # type: ignore[attr-defined]


def open_file(desk: Browser, data: bytes) -> str:
    """The page of a file that was opened."""
    assert desk.post("/handovers/file", {"file": (io.BytesIO(data), "x.age")}).status_code == 303
    return str(desk.get("/en/handovers/file").text)


def shown(desk: Browser) -> str:
    """The statement that the page of the open file would act on; "" if none is open."""
    found = re.search(r'name="statement" value="(\w+)"', desk.get("/en/handovers/file").text)
    return found[1] if found else ""


def press(desk: Browser, act: str, data: dict[str, str] | None = None) -> Any:
    return desk.post(f"/handovers/file/{act}", {"statement": shown(desk), **(data or {})})


def withdraw(side: Side, tid: str) -> None:
    key = Key(Purpose.HANDOVER, RECIPIENT)
    desk = side.one
    consent_acts.say(desk.station, desk.reader, desk.stands(tid), ConsentAct.WITHDRAW, key, day=TODAY)


def test_a_testimony_goes_over_on_pages_and_its_end_follows(sides: tuple[Side, Side]) -> None:
    giver, taker = sides
    tid = agreed(giver)
    one, id, offer = sent(giver, taker, tid)
    there = pages(taker)
    shown = open_file(there, offer)
    assert "A testimony that is handed over to you" in shown
    assert "Border Watch" in shown
    assert 'data-holds="yes"' in shown
    assert 'data-holds="no"' not in shown
    assert SAID not in shown
    assert listed(taker.one) == [], "nothing is kept before a lawyer takes it in"
    press(there, "take")
    answer = saved(there.get("/handovers/file/answer"))
    (received,) = listed(taker.one)
    assert received.state is State.RECEIVED
    assert SAID in there.get(f"/en/testimony/{received.tid}").text
    open_file(one, answer)
    press(one, "take")
    assert "The other organisation took it in" in one.get("/en/handovers/").text
    withdraw(giver, tid)
    assert "tell the other organisation now" in one.get("/en/handovers/").text
    end = saved(one.post(f"/handovers/of/{id}/end"))
    assert "The end of the consent to a hand-over" in open_file(there, end)
    press(there, "take")
    done = saved(there.get("/handovers/file/answer"))
    assert taker.one.open(received.tid).withdrawn
    open_file(one, done)
    press(one, "take")
    assert "holds it back and will destroy it" in one.get("/en/handovers/").text


def test_an_end_that_comes_before_its_testimony_says_that_nothing_is_here(sides: tuple[Side, Side]) -> None:
    giver, taker = sides
    tid = agreed(giver)
    one, id, offer = sent(giver, taker, tid)
    withdraw(giver, tid)
    there = pages(taker)
    open_file(there, saved(one.post(f"/handovers/of/{id}/end")))
    press(there, "take")
    assert "The testimony was never taken in here." in there.get("/en/handovers/file").text
    there.post("/handovers/file/close")
    open_file(there, offer)
    answer = press(there, "take")
    assert (answer.status_code, "It cannot be taken in" in answer.text) == (409, True)


def test_a_refusal_needs_a_reason_and_the_reason_arrives(sides: tuple[Side, Side]) -> None:
    giver, taker = sides
    one, _, offer = sent(giver, taker, agreed(giver))
    there = pages(taker)
    open_file(there, offer)
    assert press(there, "refuse", {"why": " "}).status_code == 400
    press(there, "refuse", {"why": "We <b>represent</b> the other side."})
    open_file(one, saved(there.get("/handovers/file/answer")))
    press(one, "take")
    assert "We &lt;b&gt;represent&lt;/b&gt; the other side." in one.get("/en/handovers/").text
    assert "Make the answer again" in open_file(there, offer)


def test_what_does_not_fit_is_told_and_changes_nothing(
    sides: tuple[Side, Side], monkeypatch: pytest.MonkeyPatch
) -> None:
    giver, taker = sides
    there = pages(taker)
    assert there.post("/handovers/file").status_code == 400
    answer = there.post("/handovers/file", {"file": (io.BytesIO(b"something"), "x.age")})
    assert answer.status_code == 409
    assert "not sealed for you, or it is damaged" in answer.text
    assert press(there, "take").status_code == 409
    assert there.get("/handovers/file/answer").status_code == 409
    (other,) = handovers.brought(giver.one, giver.organisation, [handovers.account(1, "en", SAID, also=[])])
    giver.meet()
    one = pages(giver)
    assert f"/testimony/{other}/handover" not in one.get(f"/en/testimony/{other}").text, "the witness did not agree"
    root = taker.organisation.root.fingerprint
    assert one.post(f"/testimony/{other}/handover", {"root": root}).status_code == 409
    monkeypatch.setattr(files, "LARGEST_IMPORT", 100)
    answer = there.post("/handovers/file", {"file": (io.BytesIO(b"x" * 200), "x.age")})
    assert answer.status_code == 413
    assert "too large for this page" in answer.text


def test_the_file_and_its_answer_are_forgotten_when_the_key_is_locked(sides: tuple[Side, Side]) -> None:
    giver, taker = sides
    _, _, offer = sent(giver, taker, agreed(giver))
    there = pages(taker)
    held = there.app.extensions["testimony.handover"]
    open_file(there, offer)
    there.post("/lock")
    assert (held.opened, held.offered, held.reply) == (None, None, b"")


def test_an_organisation_is_noted_by_its_file_and_six_words_and_what_was_typed_stays(sides: tuple[Side, Side]) -> None:
    giver, taker = sides
    one, there = pages(giver), pages(taker)
    bundle = saved(one.get("/handovers/organisations/own"))
    (words,) = re.findall(r"data-own-words>([^<]+)<", one.get("/en/handovers/organisations").text)
    assert there.post("/handovers/organisations", {"words": words, "name": "Border Watch"}).status_code == 400
    typed = {"file": (io.BytesIO(bundle), "own.bundle"), "words": "one two three four five six", "name": "The Watch"}
    answer = there.client.post(
        "/handovers/organisations",
        base_url=there.base,
        data={"csrf_token": there.csrf(), **typed},
        headers={"Referer": f"{there.base}/en/handovers/organisations"},
    )
    assert answer.status_code == 409
    assert "not the six words of that organisation" in answer.text
    assert 'value="The Watch"' in answer.text
    typed = {"file": (io.BytesIO(bundle), "own.bundle"), "words": words, "name": "The Watch"}
    assert there.post("/handovers/organisations", typed).status_code == 303
    assert "The Watch" in there.get("/en/handovers/organisations").text
    root = giver.organisation.root.fingerprint
    assert there.post("/handovers/organisations/forget", {"root": root}).status_code == 303
    assert root not in there.get("/en/handovers/organisations").text


def test_a_press_acts_on_the_file_that_its_page_showed(sides: tuple[Side, Side]) -> None:
    """In another tab the lawyer has opened the end of the consent meanwhile."""
    giver, taker = sides
    tid = agreed(giver)
    one, id, offer = sent(giver, taker, tid)
    there = pages(taker)
    open_file(there, offer)
    press(there, "take")
    (taken,) = listed(taker.one)
    withdraw(giver, tid)
    open_file(there, offer)
    of_the_offer = shown(there)
    open_file(there, saved(one.post(f"/handovers/of/{id}/end")))
    for act in ("take", "refuse"):
        assert there.post(f"/handovers/file/{act}", {"statement": of_the_offer, "why": "No."}).status_code == 409
    assert not taker.one.open(taken.tid).withdrawn


def test_two_presses_at_once_take_a_testimony_in_once(
    sides: tuple[Side, Side], monkeypatch: pytest.MonkeyPatch
) -> None:
    giver, taker = sides
    _, _, offer = sent(giver, taker, agreed(giver))
    there = pages(taker)
    open_file(there, offer)
    statement, real, answers = shown(there), received.take, []

    def pressed_again(*args: Any, **options: Any) -> Any:
        answers.append(there.post("/handovers/file/take", {"statement": statement}).status_code)
        return real(*args, **options)

    monkeypatch.setattr(received, "take", pressed_again)
    assert there.post("/handovers/file/take", {"statement": statement}).status_code == 303
    assert answers == [409]
    assert [len(one.copies) for one in listed(taker.one)] == [1]


def test_a_file_that_could_not_be_taken_in_stays_open(
    sides: tuple[Side, Side], monkeypatch: pytest.MonkeyPatch
) -> None:
    giver, taker = sides
    _, _, offer = sent(giver, taker, agreed(giver))
    there = pages(taker)
    open_file(there, offer)

    def full(*_: Any, **__: Any) -> Any:
        raise StoreFull

    with monkeypatch.context() as patch:
        patch.setattr(received, "take", full)
        assert press(there, "take").status_code == 507
    assert press(there, "take").status_code == 303
    assert len(listed(taker.one)) == 1


def test_an_end_that_nobody_there_signed_is_not_shown_as_theirs(sides: tuple[Side, Side]) -> None:
    giver, taker = sides
    refresh(giver.one)
    partner = partners.find(giver.one.station, giver.one.annexes, taker.chain.fingerprint)
    said = handover.end(
        handover="ab" * 32,
        organisation=giver.chain.fingerprint,
        to=taker.chain.fingerprint,
        day=TODAY.isoformat(),
        signer=consent_acts.signer_of(taker.two.reader),
    )
    there = pages(taker)
    answer = there.post("/handovers/file", {"file": (io.BytesIO(letters.write(giver.one.station, partner, said)), "x")})
    assert answer.status_code == 409
    assert shown(there) == ""


def test_a_file_that_was_opened_while_the_key_was_locked_is_forgotten(
    sides: tuple[Side, Side], monkeypatch: pytest.MonkeyPatch
) -> None:
    giver, taker = sides
    _, _, offer = sent(giver, taker, agreed(giver))
    there, real = pages(taker), received.look

    def late(*args: Any, **options: Any) -> Any:
        found = real(*args, **options)
        there.app.extensions["testimony.key"].forget()
        return found

    monkeypatch.setattr(received, "look", late)
    there.post("/handovers/file", {"file": (io.BytesIO(offer), "x.age")})
    held = there.app.extensions["testimony.handover"]
    assert (held.opened, held.offered) == (None, None)
