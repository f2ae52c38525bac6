"""The pages of spoken words: every sentence is there, what is recorded is kept at once, what is signed is a file."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from testimony.canonical import sha256_hex
from testimony.domain.testimony.languages import DESKS, SCRIPTS
from testimony.sealing.roster.wording import LARGEST_CLIP, verify_wording
from testimony.services.enrolment.organisation import Organisation
from testimony.services.startup import open_station
from testimony.services.wordings.sentences import always_checked, digests_of, recordable
from testimony.station.station import Station
from testimony.sync.bundle.wordings import read_wording
from testimony.web.factory import create_app
from tests.support.each_time import each_time
from tests.support.web.browser import NOW, PEOPLE, Browser, passphrase_of
from tests.support.web.ogg_voice import silence

SOUND = silence(2, 200)
KEY = "told.who"


def keep(one: Browser, key: str, data: bytes, *, tag: str = "ps", ms: int = 2000, text: str | None = None) -> Any:
    """Send a recording as the page does."""
    organisation = one.app.extensions["testimony.station"].chain.latest.organisation
    text = text or digests_of(recordable(organisation, tag)).get(key, "0" * 64)
    return one.client.post(
        f"/wordings/{tag}/clips/{key}?ms={ms}&text={text}",
        base_url=one.base,
        data=data,
        headers={"X-CSRFToken": one.csrf(), "Accept": "application/json", "Accept-Language": "en"},
        content_type="application/octet-stream",
    )


def sign(one: Browser, *, tag: str = "ps", **said: Any) -> Any:
    page = one.get(f"/en/wordings/{tag}").text
    found = re.search(r'data-texts="([0-9a-f]{64})"', page)
    assert found
    return one.post_json(
        f"/wordings/{tag}/sign", {"checked": "Zarmina Example", "agrees": True, "texts": found[1], **said}
    )


@pytest.mark.parametrize("role", PEOPLE)
@pytest.mark.parametrize("lang", each_time(DESKS, "ar", "el"))
def test_the_list_names_every_language_and_says_its_state_in_words(
    role: str, lang: str, browser: Callable[..., Browser]
) -> None:
    page = browser(role).get(f"/{lang}/wordings/").text
    assert re.findall(r'data-wording="([a-z]+)"', page) == list(SCRIPTS)
    states = dict(re.findall(r'data-wording="([a-z]+)" data-state="([a-z ]+)"', page))
    assert states == {tag: "original" if tag == "en" else "draft" for tag in SCRIPTS}


@pytest.mark.parametrize("tag", each_time(SCRIPTS, "en", "ar", "ti", "bn"))
def test_a_language_shows_every_sentence_in_order_beside_what_it_means(
    tag: str, browser: Callable[..., Browser], organisation: Organisation
) -> None:
    said = recordable(browser("lawyer").app.extensions["testimony.station"].chain.latest.organisation, tag)
    page = browser("lawyer").get(f"/fr/wordings/{tag}").text
    assert re.findall(r'data-sentence="([^"]+)"', page) == list(said)
    assert len(re.findall(rf'lang="{tag}" dir="(?:ltr|rtl)" data-words="{tag}"', page)) == len(said)
    assert page.count('data-words="fr"') == len(said)


def test_each_sentence_says_how_far_it_was_checked(browser: Callable[..., Browser]) -> None:
    page = browser("lawyer").get("/en/wordings/ps").text
    marks = re.findall(r'data-checked="([a-z_]+)"><span class="state quiet"><span[^>]*>○</span> ([^<]+)', page)
    assert len(marks) == page.count("data-sentence=")
    assert set(marks) == {("draft", "Machine draft")}
    assert 'data-checked="original"' in browser("lawyer").get("/en/wordings/en").text


def test_what_witnesses_understood_is_in_the_signed_file(browser: Callable[..., Browser]) -> None:
    one = browser("lawyer")
    for heard in (True, False):
        assert sign(one, heard=heard).status_code == 200
        assert read_wording(BytesIO(one.get("/wordings/ps/file").data)).wording.heard is heard


def mend(one: Browser, **said: str) -> Any:
    form = {"key": "told.why", "words": "ولې؟", "state": "agreed", "csrf_token": one.csrf(), **said}
    return one.client.post("/en/wordings/ps/mend", base_url=one.base, data=form, follow_redirects=True)


def test_a_sentence_and_a_question_are_mended_on_the_page_and_signed_with_the_wording(
    browser: Callable[..., Browser],
) -> None:
    one = browser("lawyer")
    assert 'data-mended="yes"' not in one.get("/en/wordings/ps").text
    for key in ("told.why", "question.i_held", "page.keep", "gives.numbers"):
        page = mend(one, key=key).text
        assert "The sentence is mended here. Sign and save below" in page
        assert f'data-mend="{key}" data-mended="yes"' in page
    assert re.search(r'data-sentence="told.why".*?data-checked="agreed".*?>ولې؟</p>', page, re.DOTALL)
    assert sign(one, checked=None).status_code == 200
    wording = read_wording(BytesIO(one.get("/wordings/ps/file").data)).wording
    assert {key: (each.words, each.state) for key, each in wording.mended.items()} == dict.fromkeys(
        ("gives.numbers", "page.keep", "question.i_held", "told.why"), ("ولې؟", "agreed")
    )


def test_a_sentence_that_lost_its_names_is_not_mended_and_the_page_says_why(browser: Callable[..., Browser]) -> None:
    one = browser("lawyer")
    page = mend(one, key="told.who").text
    assert "must have the same words in braces as the old one" in page
    assert 'data-mended="yes"' not in page


def test_only_the_page_that_records_may_listen(browser: Callable[..., Browser]) -> None:
    one = browser("lawyer")
    policy = {
        path: one.get(path).headers["Permissions-Policy"] for path in ("/en/", "/en/wordings/", "/en/wordings/ps")
    }
    assert ["microphone=(self)" in each for each in policy.values()] == [False, False, True]
    assert "camera=()" in policy["/en/wordings/ps"]


def test_what_is_recorded_survives_a_restart_and_can_be_heard(
    browser: Callable[..., Browser], opened: Callable[[str], Station], organisation: Organisation
) -> None:
    assert keep(browser("lawyer"), KEY, SOUND).json == {"ms": 2000}
    home = opened("lawyer").settings.home
    opened("lawyer").close()
    with open_station(home) as again:
        one = Browser(create_app(STATION=again, CLOCK=lambda: NOW), "lawyer")
        one.post_json("/start", {"token": one.app.config["START_TOKEN"]})
        one.post_json("/unlock", {"passphrase": passphrase_of(organisation, "lawyer-1")})
        page = one.get("/en/wordings/ps").text
        assert re.search(rf'data-sentence="{KEY}"[^>]* data-state="kept" data-ms="2000"', page)
        heard = one.get(f"/wordings/ps/clips/{KEY}")
        assert (heard.data, heard.mimetype, heard.headers["Cache-Control"]) == (SOUND, "audio/ogg", "no-store")
        assert 'data-wording="ps" data-state="draft"' in one.get("/en/wordings/").text


def test_a_recording_can_be_thrown_away(browser: Callable[..., Browser]) -> None:
    one = browser("coordinator")
    keep(one, KEY, SOUND)
    assert one.post_json(f"/wordings/ps/clips/{KEY}/remove", {}).status_code == 200
    assert one.get(f"/wordings/ps/clips/{KEY}").status_code == 404
    assert "kept" not in re.findall(
        r'data-sentence="[^"]+"[^>]* data-state="([a-z]+)"', one.get("/en/wordings/ps").text
    )


@pytest.mark.parametrize(
    ("data", "ms", "sentence"),
    [
        (b"MZ" + bytes(1000), 2000, "no sound that phones can play"),
        (SOUND, 180_001, "at most three minutes long"),
        (SOUND, 0, "at most three minutes long"),
        (b"", 2000, "not empty"),
        (SOUND + bytes(LARGEST_CLIP), 2000, "at most 256 KiB"),
    ],
)
def test_what_is_no_recording_is_refused_with_one_sentence(
    data: bytes, ms: int, sentence: str, browser: Callable[..., Browser]
) -> None:
    one = browser("lawyer")
    answer = keep(one, KEY, data, ms=ms)
    assert (answer.status_code, answer.json["code"]) == (422, "clip.refused")
    assert sentence in answer.json["sentence"]
    assert one.get(f"/wordings/ps/clips/{KEY}").status_code == 404


def test_more_than_a_recording_may_be_is_refused_before_it_is_read(
    browser: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    from werkzeug.wrappers import Request

    one = browser("lawyer")
    token = one.csrf()
    monkeypatch.setattr(one, "csrf", lambda: token)
    monkeypatch.setattr(Request, "get_data", lambda *_, **__: pytest.fail("it was read"))
    assert keep(one, KEY, bytes(LARGEST_CLIP + 1)).status_code == 422


def test_a_recording_of_other_words_than_are_said_now_is_refused(browser: Callable[..., Browser]) -> None:
    answer = keep(browser("lawyer"), KEY, SOUND, text="1" * 64)
    assert (answer.status_code, answer.json["code"]) == (409, "words.changed")


@pytest.mark.parametrize("key", ["told.nothing", "for.P01", "..", "told.who.clip"])
def test_there_is_no_recording_of_what_is_no_sentence(key: str, browser: Callable[..., Browser]) -> None:
    one = browser("lawyer")
    assert keep(one, key, SOUND).status_code == 404
    assert one.get(f"/wordings/ps/clips/{key}").status_code in {404, 308}


def test_there_is_no_page_of_a_language_without_a_script(browser: Callable[..., Browser]) -> None:
    assert browser("lawyer").get("/en/wordings/xx").status_code == 404


def test_a_checked_language_is_signed_and_its_file_verifies_with_every_recording_in_it(
    browser: Callable[..., Browser], opened: Callable[[str], Station]
) -> None:
    one = browser("lawyer")
    other = silence(1, 300)
    keep(one, KEY, SOUND)
    keep(one, "words.yes", other)
    answer = sign(one)
    assert answer.json["file"] == "wording-ps-2026-01-20.bin"
    assert "checked by Zarmina Example, with recordings: 2" in answer.json["sentence"]
    file = one.get(answer.json["address"])
    assert 'filename="wording-ps-2026-01-20.bin"' in file.headers["Content-Disposition"]
    read = read_wording(BytesIO(file.data))
    wording = verify_wording(read.record, opened("lawyer").chain.latest)
    assert (wording.lang, wording.checked, wording.day) == ("ps", "Zarmina Example", "2026-01-20")
    assert dict(wording.texts) == digests_of(always_checked(opened("lawyer").chain.latest.organisation, "ps"))
    assert read.clips == {sha256_hex(SOUND): SOUND, sha256_hex(other): other}
    assert {key: clip.sha256 for key, clip in wording.clips.items()} == {
        KEY: sha256_hex(SOUND),
        "words.yes": sha256_hex(other),
    }
    assert 'data-wording="ps" data-state="draft waiting"' in one.get("/en/wordings/").text
    assert "Prepared here, not yet in force" in one.get("/en/wordings/ps").text


def test_a_language_can_be_checked_without_any_recording(browser: Callable[..., Browser]) -> None:
    one = browser("coordinator")
    assert sign(one, checked="شخص دوم").status_code == 200
    assert read_wording(BytesIO(one.get("/wordings/ps/file").data)).wording.checked == "شخص دوم"


def test_recordings_are_saved_without_a_check_and_stay_a_draft(browser: Callable[..., Browser]) -> None:
    one = browser("lawyer")
    keep(one, KEY, SOUND)
    assert "still a draft" in sign(one, checked=None, agrees=False).json["sentence"]
    assert read_wording(BytesIO(one.get("/wordings/ps/file").data)).wording.checked is None


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"checked": ""}, "1 to 100 characters"),
        ({"checked": "x" * 101}, "1 to 100 characters"),
        ({"checked": "two\nlines"}, "1 to 100 characters"),
        ({"agrees": False}, "Tick that"),
        ({"agrees": "yes"}, "Tick that"),
        ({"checked": None}, "nothing to save"),
    ],
)
def test_a_check_that_is_not_whole_signs_nothing(
    said: dict[str, Any], sentence: str, browser: Callable[..., Browser]
) -> None:
    one = browser("lawyer")
    answer = sign(one, **said)
    assert (answer.status_code, answer.json["code"]) == (422, "check.refused")
    assert sentence in answer.json["sentence"]
    assert one.get("/wordings/ps/file").status_code == 404


@pytest.mark.parametrize("said", [{"checked": 7}, {"texts": None}, {"texts": ["x"]}])
def test_what_is_no_check_is_refused(said: dict[str, Any], browser: Callable[..., Browser]) -> None:
    assert sign(browser("lawyer"), **said).status_code == 400


def test_other_sentences_than_the_page_showed_are_not_signed(browser: Callable[..., Browser]) -> None:
    answer = sign(browser("lawyer"), texts="0" * 64)
    assert (answer.status_code, answer.json["code"]) == (409, "words.changed")


def test_a_file_whose_recording_was_made_again_is_not_given_out_and_the_page_says_so(
    browser: Callable[..., Browser],
) -> None:
    one = browser("lawyer")
    keep(one, KEY, SOUND)
    sign(one)
    assert re.search(r"data-saved-changed hidden", one.get("/en/wordings/ps").text)
    keep(one, KEY, silence(3, 200))
    assert one.get("/wordings/ps/file").status_code == 404
    assert not re.search(r"data-saved-changed hidden", one.get("/en/wordings/ps").text)


def test_a_script_without_the_token_of_the_page_changes_nothing(browser: Callable[..., Browser]) -> None:
    one = browser("lawyer")
    for path in (f"/wordings/ps/clips/{KEY}", f"/wordings/ps/clips/{KEY}/remove", "/wordings/ps/sign"):
        assert one.client.post(path, base_url=one.base, data=SOUND).status_code == 400


def test_nothing_is_shown_or_kept_while_the_key_is_locked(
    app: Callable[[str], Flask], browser: Callable[..., Browser], opened: Callable[[str], Station]
) -> None:
    one = browser("lawyer", unlocked=False)
    assert one.get("/en/wordings/ps").location == "/en/unlock"
    assert keep(one, KEY, SOUND).status_code == 423
    assert not (opened("lawyer").settings.home / Path("wordings")).exists()
