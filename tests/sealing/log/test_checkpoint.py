"""Checkpoints as signed notes."""

from __future__ import annotations

import base64

import pytest

from testimony.sealing.errors import SignatureBad
from testimony.sealing.log import checkpoint
from testimony.sealing.log.checkpoint import Checkpoint
from testimony.sealing.records.signatures import ROOT_ALGORITHMS, PublicKey, Signer
from tests.support.sealing.vectors import VECTORS, raw, signer

MERKLE = VECTORS["merkle"]
ORIGIN, _, ENCODED = MERKLE["vkey"].split("+", 2)
KEY = PublicKey("ed25519", raw(ENCODED)[1:])
ROOT = bytes(range(32))


def test_the_shared_checkpoint_holds() -> None:
    assert checkpoint.verifier_key(ORIGIN, KEY) == MERKLE["vkey"]
    assert checkpoint.verify(MERKLE["checkpoint"], ORIGIN, KEY) == Checkpoint(8, bytes.fromhex(MERKLE["roots"][8]))


def test_what_is_signed_verifies() -> None:
    me = signer("device-07")
    text = checkpoint.sign("testimony/central", 70_000, ROOT, me)
    assert checkpoint.verify(text, "testimony/central", me.public_keys[0]) == Checkpoint(70_000, ROOT)
    assert text.startswith("testimony/central\n70000\n")


def test_a_cosigners_line_does_not_disturb() -> None:
    me, other = signer("device-07"), Signer.generate()
    text = checkpoint.sign("a-log", 1, ROOT, me)
    witness = checkpoint.sign("a-log", 1, ROOT, other).splitlines(keepends=True)[-1]
    signatures = text.splitlines(keepends=True)
    both = "".join([*signatures[:-1], witness, signatures[-1]])
    assert checkpoint.verify(both, "a-log", me.public_keys[0]) == Checkpoint(1, ROOT)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a-log\n", "b-log\n"),
        ("\n12\n", "\n13\n"),
        ("\n12\n", "\n012\n"),
        ("\n12\n", "\n-1\n"),
        ("\n\n", "\n"),
        ("\u2014", "-"),
        ("= ", "="),
    ],
)
def test_a_changed_note_does_not(old: str, new: str) -> None:
    me = signer("device-07")
    text = checkpoint.sign("a-log", 12, ROOT, me)
    changed = text.replace(old, new, 1) if old in text else text[:-1]
    with pytest.raises(SignatureBad):
        checkpoint.verify(changed, "a-log", me.public_keys[0])


def test_another_log_and_another_key_do_not() -> None:
    me = signer("device-07")
    text = checkpoint.sign("a-log", 12, ROOT, me)
    with pytest.raises(SignatureBad):
        checkpoint.verify(text, "b-log", me.public_keys[0])
    with pytest.raises(SignatureBad):
        checkpoint.verify(text, "a-log", Signer.generate().public_keys[0])
    forged = text[:-9] + base64.b64encode(b"xxxxxx").decode() + "\n"
    with pytest.raises(SignatureBad):
        checkpoint.verify(forged, "a-log", me.public_keys[0])


@pytest.mark.parametrize("origin", ["", "a log", "a+log", "a\nlog"])
def test_a_name_that_a_note_cannot_carry_is_not_signed(origin: str) -> None:
    with pytest.raises(ValueError):
        checkpoint.sign(origin, 1, ROOT, signer("device-07"))


def test_checkpoints_are_ed25519_only() -> None:
    post_quantum = Signer.generate(ROOT_ALGORITHMS).public_keys[1]
    with pytest.raises(ValueError):
        checkpoint.key_hash("a-log", post_quantum)


def test_an_epoch_is_signed_with_the_head_and_other_lines_are_none() -> None:
    me = signer("device-07")
    epoch = "0123456789abcdef" * 2
    text = checkpoint.sign("a-log", 1, ROOT, me, epoch=epoch)
    assert checkpoint.verify(text, "a-log", me.public_keys[0]) == checkpoint.Checkpoint(1, ROOT, epoch)
    with pytest.raises(SignatureBad):
        checkpoint.verify(text.replace(epoch, epoch[::-1]), "a-log", me.public_keys[0])
    assert checkpoint.verify(checkpoint.sign("a-log", 1, ROOT, me), "a-log", me.public_keys[0]).epoch == ""
