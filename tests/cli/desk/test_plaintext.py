"""Words of strangers on a terminal: readable in their own direction, and able to do nothing there."""

from __future__ import annotations

import json
import re

import pytest

from testimony.cli.desk import plaintext, verify
from testimony.sealing.archive.parts import Revealed
from testimony.sealing.verification import Finding, Holds
from tests.support.questionnaire.archived_labels import OWN

ISOLATED = re.compile("[\u2066-\u2068]([^\u2066-\u2069]*)\u2069")
ACTIVE = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def part(content: object, *, kind: str = "application/json", form: bytes | None = None) -> Revealed:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Revealed(tid="0" * 32, part="narrative", type=kind, content=data, form=form)


def statement(text: str, **said: object) -> dict[str, object]:
    return {"dir": "ltr", "id": "s1", "lang": "en", "original": None, "text": text, **said}


@pytest.mark.parametrize(
    "sign", ["\x1b", "\r", "\b", "\0", "\x7f", "\x9b", "\u202e", "\u2066", "\u2069", "\u2028", "\ud800"]
)
def test_nothing_that_a_terminal_acts_upon_is_printed(sign: str) -> None:
    form = json.dumps({**OWN, "fields": {"q": {"label": f"é{sign}[2J"}}}).encode()
    for content in (
        {"statements": [statement(f"é{sign}[2J words")], "answers": {}},
        {"statements": [statement("words", lang=f"x{sign}y")]},
        {"answers": {"q": {"value": f"é{sign}[2J"}}},
        {"answers": {f"q{sign}": {"value": [{"from": sign, sign: ["é" + sign]}]}}},
        {f"é{sign}": [f"é{sign}"]},
        [sign],
    ):
        for line in plaintext.lines(part(content, form=form)):
            assert not ACTIVE.search(ISOLATED.sub(r"\1", line))


def test_each_line_is_kept_apart_from_the_direction_of_what_stands_around_it() -> None:
    content = {"statements": [statement("عند النهر\nأخذوا", lang="ar", dir="rtl"), statement("déjà", original="s1")]}
    assert plaintext.lines(part(content)) == [
        "  narrative     in clear",
        "    Arabic:",
        "      \u2067عند النهر\u2069",
        "      \u2067أخذوا\u2069",
        "    English, translation:",
        "      \u2066déjà\u2069",
    ]


def test_answers_are_in_words_with_the_code_beside_them_where_the_questionnaire_is_there() -> None:
    answers = {"o_rain": {"value": ["wet", "dry"]}, "age": {"missing": "ref"}, "x": {"value": [{"who": 3}]}}
    assert plaintext.lines(part({"answers": answers}, form=json.dumps(OWN).encode()))[1:] == [
        "    Did it rain? [o_rain]: It poured [wet]",
        "    Did it rain? [o_rain]: dry",
        "    age: Prefers not to say [ref]",
        "    x: who: 3",
    ]
    bare = "\n".join(plaintext.lines(part({"answers": answers})))
    assert '"value": [' in bare
    assert "Did it rain?" not in bare


def test_nothing_that_was_sealed_is_left_out() -> None:
    odd = {"statements": [statement("words", more="besides")], "place": "camp", "answers": {"q": {"value": 1}}}
    shown = "\n".join(plaintext.lines(part(odd)))
    for words in ("besides", "words", "camp", '"q"'):
        assert words in shown


@pytest.mark.parametrize("content", [b"\xff{", b"{", b"[" * 5_000 + b"]" * 5_000, b"[" * 90 + b"]" * 90])
def test_what_is_not_ours_to_read_is_named_by_its_kind_and_length(content: bytes) -> None:
    assert plaintext.lines(part(content)) == [f"  narrative     application/json, {len(content)} bytes"]


def test_a_name_out_of_an_archive_is_one_line_that_does_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """An authority that stamps may call itself as it likes, and its roots come with the archive."""
    name = "Time\x1b[2J\n  time          holds     \u202eforged"
    values: dict[str, str | int] = {"authority": name, "size": 7, "time": "", "until": "", "root": ""}
    verify._Telling(None, show=False).tell(Finding(code="time.holds", holds=Holds.YES, values=values))
    told = capsys.readouterr().out
    assert told.count("\n") == 1
    assert told.startswith("  time          holds     Time\\u001b[2J\\n  time")
    assert not ACTIVE.search(told.removesuffix("\n"))


def test_a_recording_is_named_and_not_printed() -> None:
    assert plaintext.lines(part(b"\x1b[2J" * 9, kind="audio/ogg")) == ["  narrative     audio/ogg, 36 bytes"]
