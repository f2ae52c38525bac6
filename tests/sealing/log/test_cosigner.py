"""A partner cosigns what continues what it cosigned before, and refuses a fork, a shorter log and another key."""

from __future__ import annotations

import pytest

from testimony.sealing.log import checkpoint, cosignature, cosigner, merkle
from testimony.sealing.log.cosignature import Witness
from testimony.sealing.log.cosigner import Last, Wanted
from testimony.sealing.log.errors import CosigningRefused, WitnessUnusable
from testimony.sealing.records.signatures import Signer

LOG, PARTNER = Signer(b"\1" * 32), Signer(b"\2" * 32)
ORIGIN, EPOCH, AT = f"testimony/1/log/{LOG.kid}", "ab" * 16, 1795608000
WITNESS = Witness("partner.example/w1", PARTNER.public_keys[0])
KEY = checkpoint.verifier_key(ORIGIN, LOG.public_keys[0])
State = dict[str, Last]


def leaves(size: int, story: str = "") -> list[bytes]:
    return [merkle.leaf_hash(f"{no}{story if no > 2 else ''}".encode()) for no in range(size)]


def wanted(size: int, old: int = 0, *, story: str = "", signer: Signer = LOG, epoch: str = EPOCH) -> Wanted:
    note = checkpoint.sign(ORIGIN, size, merkle.root(leaves(size, story)), signer, epoch=epoch)
    return Wanted(old=old, proof=tuple(merkle.consistency_proof(leaves(size, story), old)), note=note)


def cosign(asked: Wanted, state: State, **more: object) -> tuple[str, State]:
    return cosigner.cosign(asked, state, WITNESS, PARTNER, at=AT, **more)  # type: ignore[arg-type]


def refused(asked: Wanted, state: State, **more: object) -> str:
    with pytest.raises(CosigningRefused) as error:
        cosign(asked, state, **more)
    return error.value.reason


@pytest.fixture
def state() -> State:
    """What is remembered after a log of five entries was cosigned."""
    return cosign(wanted(5), {}, named=KEY)[1]


def test_the_first_head_is_cosigned_by_the_key_that_was_compared() -> None:
    note, state = cosign(wanted(5), {}, named=KEY)
    assert [one.holds for one in cosignature.examine(note, ORIGIN, [WITNESS])] == [True]
    assert (state[ORIGIN].size, state[ORIGIN].pub) == (5, LOG.public_keys[0].pub.hex())
    assert refused(wanted(5), {}) == "first"


def test_a_log_that_grew_is_cosigned_again(state: State) -> None:
    note, later = cosign(wanted(9, 5), state)
    assert checkpoint.verify(note, ORIGIN, LOG.public_keys[0]).size == later[ORIGIN].size == 9
    assert cosign(wanted(9), later)[1] == later, "the very same head needs no proof"


def test_two_stories_are_not_both_cosigned(state: State) -> None:
    assert refused(wanted(9, 5, story="other"), state) == "forked"
    assert refused(wanted(5, story="other"), state) == "forked"


def test_a_shorter_log_is_not_cosigned(state: State) -> None:
    assert refused(wanted(4), state) == "back"


def test_a_log_that_proves_nothing_is_not_cosigned(state: State) -> None:
    assert refused(wanted(9), state) == "proof"
    assert refused(wanted(9, 3), state) == "proof"
    with pytest.raises(CosigningRefused, match="--since 5"):
        cosign(wanted(9), state)


def test_a_log_under_another_key_is_not_cosigned(state: State) -> None:
    other = Signer(b"\4" * 32)
    assert refused(wanted(9, 5, signer=other), state) == "key"
    assert refused(wanted(9, 5), state, named=checkpoint.verifier_key(ORIGIN, other.public_keys[0])) == "key"


def test_a_restored_log_is_cosigned_only_when_a_person_says_so(state: State) -> None:
    asked = wanted(3, epoch="cd" * 16)
    assert refused(asked, state) == "epoch"
    _, later = cosign(asked, state, restored=True)
    assert refused(wanted(9, 5), later) == "epoch", "and the old story is not gone back to"


def test_the_question_is_that_of_c2sp_witnesses_and_comes_back_as_it_was() -> None:
    asked = wanted(9, 5)
    assert asked.text.startswith("old 5\n")
    assert asked.text.endswith(f"\n\n{asked.note}")
    assert Wanted.parse(asked.text) == asked
    assert Wanted.parse(wanted(5).text) == wanted(5)


@pytest.mark.parametrize(
    "text", ["", "old\n\nx", "old -1\n\nx", "old 05\n\nx", "old 5\nwords\n\nx", "old 5\nAAAA\n\nx"]
)
def test_what_is_no_question_is_refused(text: str) -> None:
    with pytest.raises(CosigningRefused) as error:
        Wanted.parse(text)
    assert error.value.reason == "form"


def test_no_note_is_no_question(state: State) -> None:
    assert refused(Wanted(old=0, proof=(), note=f"{ORIGIN}\nwords\n"), state) == "form"


def test_what_was_cosigned_is_remembered_and_never_begun_anew(state: State) -> None:
    assert cosigner.read_state(cosigner.write_state(state)) == state
    for data in (
        b"",
        b"{}",
        cosigner.write_state(state)[:-3],
        cosigner.write_state(state).replace(b'"size":5', b'"size":"5"'),
    ):
        with pytest.raises(CosigningRefused) as error:
            cosigner.read_state(data)
        assert error.value.reason == "state"


def test_a_log_key_is_one_or_none() -> None:
    assert cosigner.read_log(KEY) == (ORIGIN, LOG.public_keys[0])
    for text in ("", "words", WITNESS.text, KEY[:-4]):
        with pytest.raises(WitnessUnusable):
            cosigner.read_log(text)
