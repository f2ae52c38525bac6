"""age files: heads with exact slots, bodies, passphrase files."""

from __future__ import annotations

import binascii
import io
import re

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from testimony.sealing.age import age
from testimony.sealing.age.errors import KeyFileDamaged, PassphraseWrong
from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.errors import CannotOpen, SlotsTooFew
from tests.support.damage import last_byte_changed
from tests.support.sealing.vectors import opening_key

FILE_KEY = bytes(range(16))
ONE_STANZA = re.compile(rb"-> mlkem768x25519 [A-Za-z0-9+/]{1494}\n[A-Za-z0-9+/]{43}\n")
SLOT = b"-> mlkem768x25519 "
CHUNK = 64 * 1024


def reason(head: bytes, key: OpeningKey) -> str:
    with pytest.raises(CannotOpen) as refused:
        age.open_head(head, key)
    return refused.value.reason


def test_every_reader_opens_the_head_and_a_stranger_does_not() -> None:
    readers = [opening_key("lawyer-a"), opening_key("lawyer-b")]
    head = age.seal_head(FILE_KEY, [key.recipient for key in readers], 4)
    assert [age.open_head(head, key) for key in readers] == [FILE_KEY, FILE_KEY]
    assert reason(head, opening_key("stranger")) == "not_for_you"


@pytest.mark.parametrize("count", [0, 1, 4])
def test_a_head_has_exactly_the_slots_and_one_form_however_many_read(count: int) -> None:
    recipients = [OpeningKey.generate().recipient for _ in range(count)]
    head = age.seal_head(FILE_KEY, recipients, 4)
    stanzas = ONE_STANZA.findall(head)
    assert len(stanzas) == 4
    first, mac = head.split(b"".join(stanzas))
    assert first == b"age-encryption.org/v1\n"
    assert re.fullmatch(rb"--- [A-Za-z0-9+/]{43}\n", mac)


def test_more_readers_than_slots_are_refused() -> None:
    recipient = opening_key("lawyer-a").recipient
    with pytest.raises(SlotsTooFew):
        age.seal_head(FILE_KEY, [recipient, recipient], 1)


def test_the_place_of_a_reader_among_decoys_says_nothing() -> None:
    key = opening_key("lawyer-a")
    places = set()
    for _ in range(64):
        stanzas = ONE_STANZA.findall(age.seal_head(FILE_KEY, [key.recipient], 3))
        opened = [reason_or_key(age.FIRST_LINE + stanza, key) for stanza in stanzas]
        places.add(opened.index("altered"))  # its MAC line is missing, but only this one was unwrapped
    assert places == {0, 1, 2}


def test_with_a_decoy_of_ones_own_the_readers_of_a_head_can_be_counted() -> None:
    decoy, reader = OpeningKey.generate(), opening_key("lawyer-a")
    for count in (0, 1, 3):
        recipients = [reader.recipient, *(OpeningKey.generate().recipient for _ in range(2))][:count]
        head = age.seal_head(FILE_KEY, recipients, 4, decoy.recipient)
        assert len(ONE_STANZA.findall(head)) == 4
        assert age.count_readers(head, FILE_KEY, decoy) == count


def test_a_stanza_of_another_file_key_is_no_decoy() -> None:
    decoy = OpeningKey.generate()
    other = age.seal_head(bytes(16), [], 1, decoy.recipient)
    assert age.count_readers(other, FILE_KEY, decoy) == 1


def reason_or_key(start: bytes, key: OpeningKey) -> str:
    return reason(start + b"--- " + b"A" * 43 + b"\n", key)


def test_two_heads_of_one_body_both_open_it() -> None:
    body = age.seal_body(FILE_KEY, b"one body")
    for name in ("lawyer-a", "recovery"):
        head = age.seal_head(FILE_KEY, [opening_key(name).recipient], 2)
        assert age.open_body(age.open_head(head, opening_key(name)), body) == b"one body"


@pytest.mark.parametrize("old", [b"mlkem768x25519", b"v1\n", b"--- "])
def test_a_head_in_any_other_form_is_altered(old: bytes) -> None:
    head = age.seal_head(FILE_KEY, [opening_key("lawyer-a").recipient], 1)
    assert reason(head.replace(old, old.swapcase() + b" "), opening_key("lawyer-a")) == "altered"


def test_a_classic_recipient_beside_ours_is_refused() -> None:
    """typage mixes X25519 and post-quantum recipients without a word; one of them would undo the other."""
    head = age.seal_head(FILE_KEY, [opening_key("lawyer-a").recipient], 1)
    classic = b"-> X25519 " + b"A" * 43 + b"\n" + b"A" * 43 + b"\n"
    assert reason(head.replace(b"--- ", classic + b"--- "), opening_key("lawyer-a")) == "altered"


def test_a_second_spelling_of_base64_is_altered() -> None:
    head = age.seal_head(FILE_KEY, [opening_key("lawyer-a").recipient], 1)
    last = head[-2:-1]
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    other = alphabet[alphabet.index(last) | 1 : (alphabet.index(last) | 1) + 1]
    assert other != last
    assert reason(head[:-2] + other + b"\n", opening_key("lawyer-a")) == "altered"


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 5])
def test_a_body_opens_whatever_its_size_and_not_when_a_byte_is_missing_or_more(size: int) -> None:
    plaintext = b"\x5a" * size
    body = age.seal_body(FILE_KEY, plaintext)
    assert age.open_body(FILE_KEY, body) == plaintext
    for wrong in (body[:-1], body + b"\0", body[:16], body[: 16 + CHUNK + 16] if size > CHUNK else b""):
        with pytest.raises(CannotOpen):
            age.open_body(FILE_KEY, wrong)


def test_a_passphrase_file_opens_with_its_passphrase_alone() -> None:
    data = age.passphrase_seal("one two three", b"secret", log_n=4)
    assert age.passphrase_open("one two three", data) == b"secret"
    with pytest.raises(PassphraseWrong):
        age.passphrase_open("one two four", data)


def test_a_work_factor_that_would_exhaust_a_machine_is_refused_before_it_is_tried() -> None:
    data = age.passphrase_seal("words", b"secret", log_n=4)
    for factor in (b"21", b"63", b"04", b"0"):
        with pytest.raises(KeyFileDamaged):
            age.passphrase_open("words", re.sub(rb" 4\n", b" " + factor + b"\n", data, count=1))
    with pytest.raises(ValueError):
        age.passphrase_seal("words", b"secret", log_n=21)


def test_a_changed_passphrase_file_is_damaged_not_wrong() -> None:
    data = age.passphrase_seal("words", b"secret", log_n=4)
    with pytest.raises(KeyFileDamaged):
        age.passphrase_open("words", last_byte_changed(data))
    with pytest.raises(KeyFileDamaged):
        age.passphrase_open("words", b"not an age file")


def test_a_passphrase_file_whose_head_was_changed_under_its_key_is_damaged() -> None:
    """The key opens and the text too; only the code over the head says that it is not as it was written."""
    data = age.passphrase_seal("words", b"secret", log_n=4)
    before, line, after = data.partition(b"--- ")
    other = b"A" if after[:1] != b"A" else b"B"
    with pytest.raises(KeyFileDamaged):
        age.passphrase_open("words", before + line + other + after[1:])


def test_no_head_without_a_slot_is_made() -> None:
    with pytest.raises(SlotsTooFew):
        age.seal_head(FILE_KEY, [], 0)


def test_of_a_file_no_more_is_read_than_a_head_has() -> None:
    head = age.seal_head(FILE_KEY, [opening_key("lawyer-a").recipient], 2)
    assert age.read_head(io.BytesIO(head + b"body")) == head
    endless = io.BytesIO(age.FIRST_LINE + b"-> a\n" * age.LARGEST_HEAD)
    for wrong in (endless, io.BytesIO(b"x" + head), io.BytesIO(head[:-1]), io.BytesIO(b"")):
        with pytest.raises(CannotOpen) as refused:
            age.read_head(wrong)
        assert refused.value.reason == "altered"
    assert endless.tell() < age.LARGEST_HEAD + 2 * age.LONGEST_LINE


@pytest.mark.parametrize("point", sorted(age.LOW_ORDER))
def test_the_refused_points_are_those_with_which_every_secret_is_zero(point: bytes) -> None:
    with pytest.raises(ValueError):
        X25519PrivateKey.generate().exchange(X25519PublicKey.from_public_bytes(point))


@pytest.mark.parametrize("high_bit", [0, 0x80])
@pytest.mark.parametrize("point", sorted(age.LOW_ORDER))
def test_a_slot_with_such_a_point_is_named_as_altered(point: bytes, high_bit: int) -> None:
    """Without that check everybody knows one half of the secret under which the slot is sealed."""
    key = opening_key("lawyer-a")
    head = age.seal_head(FILE_KEY, [key.recipient], 1)
    (stanza,) = ONE_STANZA.findall(head)
    first = stanza.split(b"\n", 1)[0]
    enc = binascii.a2b_base64(first.removeprefix(SLOT) + b"==")
    changed = enc[:-32] + point[:-1] + bytes([point[-1] | high_bit])
    line = SLOT + binascii.b2a_base64(changed, newline=False).rstrip(b"=")
    assert reason(head.replace(first, line), key) == "altered"


def test_the_largest_work_factor_is_the_largest_that_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(age, "LARGEST_LOG_N", 4)
    assert age.passphrase_open("words", age.passphrase_seal("words", b"secret", log_n=4)) == b"secret"
    for factor in (0, 5):
        with pytest.raises(ValueError):
            age.passphrase_seal("words", b"secret", log_n=factor)
