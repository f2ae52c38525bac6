"""The page on which two stations compare what central showed them, and the heads that sticks carry along."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from testimony.sealing.log import checkpoint
from testimony.services.custody import log as custody_log
from testimony.services.custody import split_view
from testimony.services.enrolment.organisation import Organisation
from testimony.station.station import Station
from testimony.sync.bundle import heads
from tests.support.web.browser import Browser
from tests.support.web.pages import sign_in
from tests.support.web.usb_sync import done, send, stick

__all__ = ["stick"]


def ask(one: Browser, **form: Any) -> str:
    """The verdict and its sentence."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', one.get("/en/compare").text)
    assert token
    page = one.post("/en/compare", {"csrf_token": token[1], **form}).text
    said = re.search(r'data-verdict="(\w+)">(.+?)</p>', page)
    assert said
    return f"{said[1]}: {said[2]}"


def shown(one: Browser) -> tuple[str, str]:
    """The number of entries and the six words of the page."""
    said = re.search(r"log: (\d+)\. Their six words: <b[^>]*>([a-z -]+)</b>", one.get("/en/compare").text)
    assert said
    return said[1], said[2]


def another_story(station: Station, size: int) -> bytes:
    """A head that the key of this central signed of a log that it never had."""
    with station.database.reading() as session:
        epoch = custody_log.epoch(session)
    return checkpoint.sign(custody_log.origin(station.kid), size, bytes(32), station.signer, epoch=epoch).encode()


def test_words_and_files_are_compared_at_headquarters(
    browser: Callable[..., Browser], opened: Callable[[str], Station]
) -> None:
    central = browser("central")
    number, words = shown(central)
    assert ask(central, number=number, words=words.upper()) == "good: Both stations were shown the same log."
    assert ask(central, number=number, words="a b c d e f").startswith("bad: For these entries the words are here")
    assert ask(central, number="999999", words=words).startswith("warn: Fewer entries are known here.")
    for many, few in (("", words), ("1", "two words"), ("9" * 5000, words), ("²", words)):
        assert ask(central, number=many, words=few).startswith("warn: Write down the number")
    note = central.get("/compare/head.note")
    assert "attachment" in note.headers["Content-Disposition"]
    assert ask(central, file=(BytesIO(note.data), "head.note")).startswith("good")
    for data in (b"\xff\xfe", note.data.replace(b"1", b"2"), note.data + bytes(9000)):
        assert ask(central, file=(BytesIO(data), "head.note")).startswith("warn: This is no signed head")
    said = ask(central, file=(BytesIO(another_story(opened("central"), 1)), "head.note"))
    assert said.startswith("bad: Headquarters&#39; server signed two stories.")


def test_a_station_that_knows_nothing_of_the_log_says_so(
    browser: Callable[..., Browser], organisation: Organisation
) -> None:
    node = browser("field")
    assert node.get("/en/compare").status_code != 200
    sign_in(node, organisation)
    assert "log is known here yet" in node.get("/en/compare").text
    assert node.get("/compare/head.note").data == b""


def test_every_stick_carries_the_head_along(
    browser: Callable[..., Browser], opened: Callable[[str], Station], organisation: Organisation, stick: Path
) -> None:
    node, central = browser("field"), browser("central")
    sign_in(node, organisation)
    assert send(node, "write", folder=str(stick)) == 303
    done(node)
    assert send(central, "read", folder=str(stick)) == 303
    done(central)
    for _ in range(2):
        assert send(central, "write", folder=str(stick), to="node-1") == 303
        done(central)
    assert len(heads.found(stick)) == 1
    assert send(node, "read", folder=str(stick)) == 303
    assert "Both stations were shown the same log." in done(node)
    (stick / "head-0000000001-00000000.note").write_bytes(another_story(opened("central"), 1))
    (stick / "head-0000000002-00000000.note").write_bytes(b"of somebody else")
    assert send(node, "read", folder=str(stick)) == 303
    page = done(node)
    assert "server signed two stories" in page
    with opened("field").database.reading() as session:
        assert split_view.is_forked(opened("field").chain, session)
