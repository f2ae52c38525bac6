"""Cosignatures are those of c2sp.org/tlog-cosignature, and only a partner whom a roster names counts."""

from __future__ import annotations

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from testimony.sealing.errors import SignatureBad
from testimony.sealing.log import checkpoint, cosignature
from testimony.sealing.log.cosignature import Cosigned, Witness
from testimony.sealing.log.errors import WitnessUnusable
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.chain import RosterChain
from tests.support.sealing.organisation import Organisation

LOG, PARTNER = Signer(b"\1" * 32), Signer(b"\2" * 32)
ORIGIN, NAME, AT = "testimony/1/log/0123456789abcdef", "partner.example/w1", 1795608000
WITNESS = Witness(NAME, PARTNER.public_keys[0])
NOTE = checkpoint.sign(ORIGIN, 7, b"\3" * 32, LOG, epoch="ab" * 16)


def test_a_cosignature_is_made_as_c2sp_says_it_is() -> None:
    """Step by step out of its text, by another library than ours."""
    note = cosignature.add(NOTE, WITNESS, PARTNER, AT)
    assert note.startswith(NOTE)
    dash, name, text = note.removeprefix(NOTE).rstrip("\n").split(" ")
    raw, pub = base64.b64decode(text), PARTNER.public_keys[0].pub
    assert (dash, name, len(raw)) == ("\u2014", NAME, 4 + 8 + 64)
    assert raw[:4] == hashlib.sha256(NAME.encode() + b"\n\x04" + pub).digest()[:4]
    assert int.from_bytes(raw[4:12], "big") == AT
    body = NOTE.split("\n\n")[0] + "\n"
    message = f"cosignature/v1\ntime {AT}\n{body}".encode()
    Ed25519PublicKey.from_public_bytes(pub).verify(raw[12:], message)


def test_the_log_itself_is_still_found_to_have_signed_it() -> None:
    note = cosignature.add(NOTE, WITNESS, PARTNER, AT)
    assert checkpoint.verify(note, ORIGIN, LOG.public_keys[0]).size == 7
    assert cosignature.plain(note, ORIGIN) == NOTE
    assert cosignature.plain(NOTE, ORIGIN) == NOTE


@pytest.mark.parametrize("line", ["\u2014 a\u2028b AAAA\n", "\u2014 other %%%\n", "\u2014 other AAAA\n"])
def test_a_line_of_somebody_else_hinders_nobody(line: str) -> None:
    text, signature = NOTE.rsplit("\n\n", 1)
    for note in (NOTE + line, f"{text}\n\n{line}{signature}"):
        assert checkpoint.verify(note, ORIGIN, LOG.public_keys[0]).size == 7
        assert [one.holds for one in cosignature.examine(note, ORIGIN, [WITNESS])] == [None]


def test_who_cosigned_and_when_is_said_of_partners_alone() -> None:
    other = Signer(b"\4" * 32)
    note = cosignature.add(NOTE, WITNESS, PARTNER, AT)
    note = cosignature.add(note, Witness("other.example/w", other.public_keys[0]), other, AT)
    said = cosignature.examine(note, ORIGIN, [WITNESS])
    assert said == [Cosigned(NAME, "2026-11-25T12:00:00Z", True), Cosigned("other.example/w", "", None)]


def test_a_cosignature_under_another_head_or_by_another_key_does_not_hold() -> None:
    line = cosignature.add(NOTE, WITNESS, PARTNER, AT).removeprefix(NOTE)
    other = checkpoint.sign(ORIGIN, 8, b"\3" * 32, LOG)
    assert [one.holds for one in cosignature.examine(other + line, ORIGIN, [WITNESS])] == [False]
    forged = cosignature.add(NOTE, WITNESS, Signer(b"\4" * 32), AT)
    assert [one.holds for one in cosignature.examine(forged, ORIGIN, [WITNESS])] == [False]
    later = bytearray(base64.b64decode(line.split(" ")[2]))
    later[11] ^= 1
    moved = f"{NOTE}\u2014 {NAME} {base64.b64encode(later).decode()}\n"
    assert [one.holds for one in cosignature.examine(moved, ORIGIN, [WITNESS])] == [False]


def test_a_key_as_text_comes_back_and_nothing_else_is_taken_for_one() -> None:
    assert cosignature.read_key(WITNESS.text + "\n") == WITNESS
    log_key = checkpoint.verifier_key(ORIGIN, LOG.public_keys[0])
    wrong = WITNESS.text.replace(NAME, "partner.example/w2")
    for text in ("", "words", log_key, wrong, WITNESS.text[:-4], "a b+00000000+AAAA"):
        with pytest.raises(WitnessUnusable):
            cosignature.read_key(text)


def test_a_partner_stays_one_for_what_it_cosigned_while_it_was_named() -> None:
    made = Organisation()
    named = made.successor(witnesses=[WITNESS.describe()])
    chain = RosterChain(made.root, [made.roster_record, made.sign(named)])
    made.chain = chain
    chain.add(made.sign(made.successor(witnesses=[])))
    assert cosignature.of_roster(chain.latest) == ()
    assert cosignature.of_all(chain.rosters) == (WITNESS,)


@pytest.mark.parametrize(
    "said", [{}, [{"name": "a"}], [{"name": "a b", "pub": "00" * 32}], [{"name": "a", "pub": "0"}]]
)
def test_what_has_not_the_form_names_nobody(said: object) -> None:
    made = Organisation()
    made.chain.add(made.sign(made.successor(witnesses=said)))
    assert cosignature.of_roster(made.chain.latest) == ()


def test_what_is_no_note_is_refused() -> None:
    with pytest.raises(SignatureBad):
        cosignature.body("words")
