"""A proof of work is good for one body and for a short time, no matter who shows it."""

from __future__ import annotations

from testimony.services.accounts.work import BITS, WINDOW, Work
from tests.support.web.work import proof_of_work


def test_a_proof_is_good_for_its_body_until_the_next_window_has_passed() -> None:
    now = [1_000_000.0]
    work = Work("secret", clock=lambda: now[0])
    proof = proof_of_work(work.challenge(), BITS, b"asked")
    assert work.is_done(proof, b"asked")
    assert not work.is_done(proof, b"asked another")
    assert not Work("other", clock=lambda: now[0]).is_done(proof, b"asked")
    now[0] += WINDOW
    assert work.is_done(proof, b"asked")
    now[0] += WINDOW
    assert not work.is_done(proof, b"asked")


def test_less_work_and_what_is_no_proof_is_refused() -> None:
    work = Work("secret")
    challenge = work.challenge()
    easy = next(
        proof for proof in (f"{challenge}:{number}" for number in range(100)) if not work.is_done(proof, b"asked")
    )
    for said in (easy, "", ":", challenge, f"{challenge}:", f"{challenge}:-1", f"{challenge}:\u0661", "x" * 10_000):
        assert not work.is_done(said, b"asked"), said
    assert not work.is_done(f"{challenge}:{'0' * 10_000}1", b"asked")
