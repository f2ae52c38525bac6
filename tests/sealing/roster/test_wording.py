"""A wording says exactly what was checked and recorded, and only lawyers and coordinators of the roster sign one."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testimony import canonical
from testimony.questionnaire.sentence_states import State
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.chain import Roster
from testimony.sealing.roster.errors import WordingRefused
from testimony.sealing.roster.wording import STATES, Clip, Mended, parse_wording, sign_wording, verify_wording
from tests.support.sealing.organisation import Organisation

HASH = "ab" * 32


@pytest.fixture(scope="module")
def organisation() -> Organisation:
    return Organisation()


def made(signer: Signer, **changes: Any) -> SignedRecord:
    said: dict[str, Any] = {
        "lang": "ps",
        "script": {"id": "camp-consent", "version": 3, "sha256": HASH},
        "checked": "زرمینه Example",
        "texts": {"told.who": HASH, "ask.P05-camp-clinic": "cd" * 32},
        "clips": {"told.who": Clip(sha256="ef" * 32, size=3000, ms=2500, type="audio/webm")},
        "day": "2026-11-24",
    }
    return sign_wording(**{**said, **changes}, signer=signer)


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(WordingRefused) as refused:
        act()
    assert len(str(refused.value)) > 20
    return refused.value.reason


def signed(value: dict[str, Any], signer: Signer) -> SignedRecord:
    return SignedRecord.sign(value, signer)


def test_what_was_checked_and_recorded_comes_back_as_it_was_signed(organisation: Organisation) -> None:
    record = SignedRecord.decode(made(organisation.lawyer_signer).encode())
    wording = verify_wording(record, organisation.chain.latest)
    assert wording.name == record.id
    assert (wording.lang, wording.checked, wording.day) == ("ps", "زرمینه Example", "2026-11-24")
    assert (wording.script_id, wording.script_version, wording.script_sha256) == ("camp-consent", 3, HASH)
    assert wording.texts == {"told.who": HASH, "ask.P05-camp-clinic": "cd" * 32}
    assert wording.clips == {"told.who": Clip(sha256="ef" * 32, size=3000, ms=2500, type="audio/webm")}
    assert wording.by == organisation.lawyer_signer.kid


def test_recordings_may_come_before_anybody_checked(organisation: Organisation) -> None:
    record = made(organisation.coordinator_signer, checked=None)
    assert verify_wording(record, organisation.chain.latest).checked is None


def test_what_witnesses_understood_is_said_only_of_words_that_somebody_checked(organisation: Organisation) -> None:
    record = made(organisation.lawyer_signer, heard=True)
    assert record.value["heard"] is True
    assert verify_wording(record, organisation.chain.latest).heard is True
    assert "heard" not in made(organisation.lawyer_signer).value
    assert refusal(lambda: made(organisation.lawyer_signer, checked=None, heard=True)) == "structure"
    wrong = signed({**record.value, "heard": False}, organisation.lawyer_signer)
    assert refusal(lambda: parse_wording(wrong)) == "structure"


def test_the_states_of_a_wording_are_those_of_the_files() -> None:
    assert list(STATES) == [state.code for state in State]


def test_errata_come_back_as_they_were_signed_and_in_order(organisation: Organisation) -> None:
    errata = {
        key: Mended(key=key, old=HASH, words=f"{key} {{organisation}}", state="checked")
        for key in ("told.who", "option.i_held.none")
    }
    record = SignedRecord.decode(made(organisation.lawyer_signer, mended=errata).encode())
    assert [one["key"] for one in record.value["mended"]] == ["option.i_held.none", "told.who"]
    assert verify_wording(record, organisation.chain.latest).mended == errata
    assert "mended" not in made(organisation.lawyer_signer).value


@pytest.mark.parametrize(
    "change",
    [
        {"key": "told"},
        {"key": "a.b.c.d"},
        {"old": "x"},
        {"words": ""},
        {"words": " told"},
        {"words": "two\nlines"},
        {"words": "turned \u202e round"},
        {"words": "x" * 1001},
        {"state": "good"},
        {"more": 1},
    ],
)
def test_an_erratum_of_another_form_is_refused(change: dict[str, Any], organisation: Organisation) -> None:
    one = {"key": "told.who", "old": HASH, "words": "told", "state": "draft"}
    value = made(organisation.lawyer_signer).value
    parse_wording(signed({**value, "mended": [one]}, organisation.lawyer_signer))
    for errata in ([one | change], [one, one], [], {}, None):
        assert refusal(
            lambda errata=errata: parse_wording(signed({**value, "mended": errata}, organisation.lawyer_signer))
        ) == ("structure")


@pytest.mark.parametrize("who", ["interviewer", "device", "station"])
def test_nobody_but_lawyers_and_coordinators_signs_a_wording(organisation: Organisation, who: str) -> None:
    record = made(getattr(organisation, who))
    assert refusal(lambda: verify_wording(record, organisation.chain.latest)) == "signer"


def test_a_stranger_and_whoever_was_revoked_sign_none(organisation: Organisation) -> None:
    assert refusal(lambda: verify_wording(made(Signer.generate()), organisation.chain.latest)) == "signer"
    value = organisation.successor()
    value["people"][0]["status"] = "revoked"
    later = Roster.parse(canonical.encode(value))
    assert refusal(lambda: verify_wording(made(organisation.lawyer_signer), later)) == "signer"


def test_a_signature_of_somebody_else_under_a_lawyers_name_is_refused(organisation: Organisation) -> None:
    mine, theirs = made(organisation.coordinator_signer), made(organisation.lawyer_signer)
    assert (
        refusal(lambda: verify_wording(SignedRecord(theirs.data, mine.sigs), organisation.chain.latest)) == "signature"
    )


@given(where=st.integers(min_value=0), bit=st.integers(0, 7))
def test_no_changed_bit_of_a_wording_is_taken(where: int, bit: int) -> None:
    record = made(SHARED.lawyer_signer)
    data = bytearray(record.data)
    data[where % len(data)] ^= 1 << bit
    changed = SignedRecord(bytes(data), record.sigs)
    with pytest.raises(WordingRefused):
        verify_wording(changed, SHARED.chain.latest)


SHARED = Organisation()
ENTRY = {"key": "told.who", "sha256": HASH}
CLIP = {"key": "told.who", "sha256": HASH, "len": 1, "ms": 1, "type": "audio/ogg"}
WRONG: list[tuple[str, Any]] = [
    ("lang", "PS"), ("lang", "../ps"), ("lang", ""), ("lang", None), ("lang", ["ps"]),
    ("script", {"id": "x", "version": 3}), ("script", {"id": "x", "version": 0, "sha256": HASH}),
    ("script", {"id": "x", "version": 3, "sha256": HASH, "more": 1}), ("script", HASH),
    ("checked", ""), ("checked", " Z"), ("checked", "Z\nX"), ("checked", "Z\u2028X"), ("checked", "Z\u202eX"),
    ("checked", "Z" * 101), ("checked", True), ("checked", ["Z"]),
    ("texts", []), ("texts", {}), ("texts", [ENTRY, ENTRY]), ("texts", [{"key": "told.who", "sha256": "AB" * 32}]),
    ("texts", [{"key": "told", "sha256": HASH}]), ("texts", [{"key": "told.../who", "sha256": HASH}]),
    ("texts", [{"key": "told.who\n", "sha256": HASH}]), ("texts", [{**ENTRY, "text": "We are"}]),
    ("texts", [{"key": "told.why", "sha256": HASH}, ENTRY]), ("texts", [None]),
    ("texts", [{"key": f"told.{at:04}", "sha256": HASH} for at in range(513)]),
    ("clips", [{**CLIP, "key": "told.why"}]), ("clips", [CLIP, CLIP]), ("clips", [{**CLIP, "len": 0}]),
    ("clips", [{**CLIP, "len": 262_145}]), ("clips", [{**CLIP, "ms": 0}]), ("clips", [{**CLIP, "ms": 180_001}]),
    ("clips", [{**CLIP, "ms": True}]), ("clips", [{**CLIP, "type": "text/html"}]),
    ("clips", [{**CLIP, "type": ["audio/ogg"]}]),
    ("clips", [{**CLIP, "type": "audio/webm; codecs=opus"}]), ("clips", [{**CLIP, "sha256": HASH[:62]}]),
    ("clips", {"told": CLIP}), ("clips", None),
    ("by", "x"), ("day", "2026-13-01"), ("day", "2026-11-24T10:00"), ("more", 1),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value"), WRONG)
def test_a_wording_has_exactly_its_form(organisation: Organisation, field: str, value: Any) -> None:
    said = {**copy.deepcopy(made(organisation.lawyer_signer).value), field: value}
    record = signed(said, organisation.lawyer_signer)
    assert refusal(lambda: verify_wording(record, organisation.chain.latest)) == "structure"


def test_each_field_must_be_there(organisation: Organisation) -> None:
    whole = made(organisation.lawyer_signer).value
    for field in whole.keys() - {"v"}:
        record = signed({name: value for name, value in whole.items() if name != field}, organisation.lawyer_signer)
        assert refusal(lambda record=record: parse_wording(record)) == "structure"


def test_a_wording_of_a_later_version_says_so_and_another_kind_is_none(organisation: Organisation) -> None:
    value = made(organisation.lawyer_signer).value
    later = signed({**value, "v": "testimony/2/wording"}, organisation.lawyer_signer)
    assert refusal(lambda: parse_wording(later)) == "newer"
    other = signed({**value, "v": "testimony/1/grant"}, organisation.lawyer_signer)
    assert refusal(lambda: parse_wording(other)) == "structure"


@pytest.mark.parametrize(("size", "ms"), [(0, 2500), (262_145, 2500), (3000, 0), (3000, 180_001)])
def test_a_recording_that_is_too_long_is_not_signed(organisation: Organisation, size: int, ms: int) -> None:
    clips = {"told.who": Clip(sha256=HASH, size=size, ms=ms, type="audio/mp4")}
    assert refusal(lambda: made(organisation.lawyer_signer, clips=clips)) == "structure"


def test_a_half_space_in_a_name_is_part_of_it(organisation: Organisation) -> None:
    record = made(organisation.lawyer_signer, checked="نیک\u200cنام")
    assert verify_wording(record, organisation.chain.latest).checked == "نیک\u200cنام"


def test_every_sentence_that_is_said_has_a_key_that_a_wording_takes(organisation: Organisation) -> None:
    most = {f"ask.P14-{'x' * 60}{at:04}": HASH for at in range(512)}
    assert len(parse_wording(made(organisation.lawyer_signer, texts=most, clips={})).texts) == 512
