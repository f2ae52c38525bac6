"""The pages of the ceremonies: no share in a page or an address, none shown twice, no key that counts on a network."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from testimony.sealing.keys.wordlist import fingerprint_words
from testimony.sealing.roster.admission import read_admission
from testimony.services.enrolment import key_media
from tests.support.web.browser import Served
from tests.support.web.ceremony import BEGIN, Room, papers_of


def test_nobody_without_the_printed_token_sees_anything(served: Served) -> None:
    stranger = Room(served, started=False)
    assert stranger.get("/en/recovery").status_code == 303
    assert stranger.post("/recovery/begin", BEGIN).status_code == 401


def test_another_host_is_refused(served: Served) -> None:
    assert served.app.test_client().get("/en/start", base_url="http://ceremony.example").status_code == 400


def test_a_whole_ceremony_leaves_the_public_half_alone(at: Room) -> None:
    assert at.post("/recovery/begin", BEGIN).status_code == 201
    papers = papers_of(at)
    assert at.post("/recovery/test", {"shares": papers[:3]}).json == {"used": [1, 2, 3], "done": False}
    assert at.get("/made/recovery-request.json").status_code == 422, "it was not tested yet"
    assert at.post("/recovery/test", {"shares": papers[2:]}).json == {"used": [1, 2, 3, 4, 5], "done": True}
    asked = read_admission(at.get("/made/recovery-request.json").data)
    assert (asked.kind, asked.id, asked.replaces) == ("recovery", "recovery", True)
    record = at.get("/made/recovery-ceremony.json").text
    assert "keeper-3" in record
    page = at.get("/en/recovery").text
    words = fingerprint_words(asked.fingerprint)
    assert f"data-fingerprint>{words}<" in page, "those that are compared when the roots sign"
    for paper in papers:
        assert not any(" ".join(paper.split()[place : place + 2]) in page + record for place in range(32))


def test_no_page_holds_a_word_of_a_share(at: Room) -> None:
    at.post("/recovery/begin", BEGIN)
    words = at.post("/recovery/share", {"number": 1}).json["words"]
    page = at.get("/en/recovery").text
    assert not [word for word in words[4:] if f">{word}<" in page or f" {word} " in page.split("<main")[0]]


def test_a_share_that_was_handed_over_is_not_shown_again(at: Room) -> None:
    at.post("/recovery/begin", BEGIN)
    assert at.post("/recovery/share", {"number": 2}).status_code == 422
    assert at.post("/recovery/share", {"number": 1}).status_code == 200
    at.post("/recovery/handed", {"number": 1})
    answer = at.post("/recovery/share", {"number": 1})
    assert answer.status_code == 422
    assert "not shown again" in answer.json["sentence"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_share_that_is_typed_wrongly_has_one_sentence(at: Room) -> None:
    at.post("/recovery/begin", BEGIN)
    words = at.post("/recovery/share", {"number": 1}).json["words"]
    assert at.post("/share", {"share": " ".join(words)}).json["number"] == 1
    for typed, said in (
        (words[:-1], "33 words, and 32"),
        ([*words[:-1], "xylophone"], "by their numbers: 33."),
        ([words[1], words[0], *words[2:]], "do not fit together"),
    ):
        answer = at.post("/share", {"share": " ".join(typed)})
        assert (answer.status_code, said in answer.json["sentence"]) == (422, True), typed


def test_no_share_is_in_a_log(at: Room, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        at.post("/recovery/begin", BEGIN)
        papers = papers_of(at)
        at.post("/recovery/test", {"shares": [papers[0], papers[0], papers[1]]})
        at.post("/recovery/test", {"shares": papers[:3]})
    assert not [word for paper in papers for word in paper.split() if len(word) > 5 and word in caplog.text]


def test_on_a_network_only_a_drill_begins_and_a_drill_never_counts(at: Room, networks: list[str]) -> None:
    networks.append("wlan0")
    answer = at.post("/recovery/begin", BEGIN)
    assert answer.status_code == 422
    assert "(wlan0)" in answer.json["sentence"]
    assert 'data-apart="no"' in at.get("/en/").text
    assert at.post("/recovery/begin", {**BEGIN, "drill": True}).status_code == 201
    papers = papers_of(at)
    for three in (papers[:3], papers[2:]):
        assert at.post("/recovery/test", {"shares": three}).status_code == 200
    assert at.get("/made/recovery-request.json").status_code == 422
    assert "data-drill" in at.get("/en/recovery").text


def test_a_cable_in_the_midst_stops_the_ceremony_before_the_next_share(at: Room, networks: list[str]) -> None:
    at.post("/recovery/begin", BEGIN)
    networks.append("eth0")
    assert at.post("/recovery/share", {"number": 1}).status_code == 422
    networks.clear()
    assert at.post("/recovery/share", {"number": 1}).status_code == 200


def test_the_end_forgets_everything(at: Room) -> None:
    at.post("/recovery/begin", BEGIN)
    answer = at.post("/end", {})
    assert answer.status_code == 303
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert at.post("/recovery/share", {"number": 1}).status_code == 422


@pytest.mark.parametrize(
    "body", [{}, {**BEGIN, "holders": "all"}, {**BEGIN, "holders": [1, 2]}, {**BEGIN, "place": None}, []]
)
def test_what_is_no_ceremony_is_refused_and_begins_none(at: Room, body: object) -> None:
    assert at.post("/recovery/begin", body).status_code == 400
    assert at.post("/recovery/begin", BEGIN).status_code == 201


def test_three_roots_are_made_on_three_sticks_and_tested(at: Room, tmp_path: Path) -> None:
    said = {**BEGIN, "holders": ["keeper-1", "keeper-2", "keeper-3"], "number": "1"}
    assert at.post("/roots/begin", said).status_code == 201
    sticks, words = [], []
    for number in (1, 2, 3):
        stick = tmp_path / f"stick-{number}"
        refused = at.post("/roots/make", {"number": number, "folder": str(stick)})
        assert (refused.status_code, refused.json["code"]) == (422, "ceremony.refused")
        stick.mkdir()
        words.append(at.post("/roots/make", {"number": number, "folder": str(stick)}).json["passphrase"])
        sticks.append(str(stick))
    for pair, used in (((0, 1), [1, 2]), ((1, 2), [1, 2, 3])):
        body = {"folders": [sticks[one] for one in pair], "passphrases": [words[one] for one in pair]}
        assert at.post("/roots/test", {**body, "passphrases": words[:1] * 2}).status_code in (403, 422)
        assert at.post("/roots/test", body).json["used"] == used
    assert b"testimony/1/root" in at.get("/made/root.json").data
    assert "keeper-3" in at.get("/made/roots-ceremony.json").text
    for stick in sticks:
        assert b"scrypt" in key_media.read_key(Path(stick), "root"), "under its passphrase"
    assert not [word for word in words if word in at.get("/en/roots").text]


def test_roots_in_place_of_others_leave_as_a_proposal_to_those(at: Room, tmp_path: Path) -> None:
    said = {**BEGIN, "holders": ["keeper-1", "keeper-2", "keeper-3"]}
    for wrong in ("", "0", "two", "100", 2):
        assert at.post("/roots/begin", {**said, "number": wrong}).status_code == 400
    assert at.post("/roots/begin", {**said, "number": "2"}).status_code == 201
    sticks, words = [], []
    for number in (1, 2, 3):
        stick = tmp_path / f"stick-{number}"
        stick.mkdir()
        words.append(at.post("/roots/make", {"number": number, "folder": str(stick)}).json["passphrase"])
        sticks.append(str(stick))
    for one, other in ((0, 1), (1, 2)):
        pair = {"folders": [sticks[one], sticks[other]], "passphrases": [words[one], words[other]]}
        assert at.post("/roots/test", pair).status_code == 200
    page = at.get("/en/roots").text
    assert "roots-change.json" in page
    assert "root.json" not in page


def test_a_page_from_the_right_has_its_own_digits_comma_and_day_and_keeps_codes_apart(at: Room) -> None:
    at.post("/recovery/begin", BEGIN)
    page = at.get("/fa/recovery").text
    assert "۲۰ ژانویهٔ ۲۰۲۶" in page, "as in words, since 2026-01-20 is turned round between them"
    assert "2026-01-20" not in page
    assert "\u2068keeper-1\u2069" in page
    assert "\u2068office-2\u2069" in page
    assert ">ceremony<" not in page, "the name of the program is in the language of the page"
    papers = papers_of(at)
    at.post("/recovery/test", {"shares": papers[:3]})
    page = at.get("/fa/recovery").text
    assert "۱، ۲، ۳" in page
    assert "1, 2, 3" in at.get("/fr/recovery").text
