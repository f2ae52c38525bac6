"""Signing in: by a signature, once for each nonce, and without telling a stranger who has an account."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import text

from testimony.sealing.age.errors import PassphraseWrong
from testimony.sealing.keys import locked_seeds
from testimony.sealing.records.signatures import Signer
from testimony.services.accounts import interviewers
from testimony.services.accounts.errors import SignInRefused
from testimony.services.startup import open_station
from testimony.station.errors import NonceSpent
from testimony.station.nonces import Nonces
from testimony.station.station import Station
from tests.support.services.interviewers import sign_in, who
from tests.support.services.world import World, take

ONE, OTHER = "1" * 16, "2" * 16


def find(station: Station, name: str) -> dict[str, Any]:
    with station.database.reading() as session:
        return interviewers.find_locked(station, session, name)


def test_an_interviewer_signs_in_and_out(world: World, node: Station) -> None:
    token = sign_in(node, world.interviewer)
    assert who(node, token) == "interviewer-3"
    assert who(node, token + "x") is None
    with node.database.transaction() as session:
        interviewers.sign_out(session, token)
    assert who(node, token) is None


def test_the_token_is_nowhere_in_the_database(world: World, node: Station) -> None:
    token = sign_in(node, world.interviewer)
    node.database.checkpoint()
    assert token.encode() not in (node.settings.home / "testimony.db").read_bytes()


def test_a_nonce_counts_once(world: World, node: Station) -> None:
    nonce = interviewers.new_nonce(node)
    sign_in(node, world.interviewer, nonce)
    with pytest.raises(NonceSpent):
        sign_in(node, world.interviewer, nonce)


def test_tries_without_a_good_signature_use_up_nobody_s_nonces(
    world: World, node: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node, "nonces", Nonces(at_most=1))
    for _ in range(3):
        with pytest.raises(SignInRefused):
            sign_in(node, world.interviewer, interviewers.new_nonce(node), signed="something else")
    sign_in(node, world.interviewer)


def test_an_invented_nonce_does_not_count(world: World, node: Station) -> None:
    with pytest.raises(NonceSpent):
        sign_in(node, world.interviewer, "0" * 32)


def test_a_nonce_that_lay_about_too_long_does_not_count() -> None:
    nonces = Nonces(life_seconds=-1)
    with pytest.raises(NonceSpent):
        nonces.spend(nonces.new(), ONE)


def test_asking_for_many_nonces_pushes_nobody_s_out() -> None:
    nonces = Nonces(at_most=2)
    first = nonces.new()
    assert len({nonces.new() for _ in range(100)}) == 100
    nonces.spend(first, ONE)
    with pytest.raises(NonceSpent):
        nonces.spend(first, ONE)


def test_of_too_many_that_were_used_none_is_forgotten_before_its_time() -> None:
    nonces = Nonces(at_most=2)
    first, second, third = nonces.new(), nonces.new(), nonces.new()
    nonces.spend(first, ONE)
    nonces.spend(second, ONE)
    for again in (first, second, third):
        with pytest.raises(NonceSpent):
            nonces.spend(again, ONE)


def test_one_who_uses_thousands_takes_none_from_another() -> None:
    nonces = Nonces(at_most=2)
    first, *more = (nonces.new() for _ in range(5))
    nonces.spend(first, ONE)
    nonces.spend(more.pop(), ONE)
    with pytest.raises(NonceSpent):
        nonces.spend(more.pop(), ONE)
    nonces.spend(more.pop(), OTHER)
    with pytest.raises(NonceSpent):
        nonces.spend(first, OTHER)


@pytest.mark.parametrize("place", [0, 20, 60, 111])
def test_a_nonce_that_was_changed_does_not_count(place: int) -> None:
    nonces = Nonces()
    nonce = nonces.new()
    with pytest.raises(NonceSpent):
        nonces.spend(nonce[:place] + ("0" if nonce[place] != "0" else "1") + nonce[place + 1 :], ONE)


@pytest.mark.parametrize("who_else", ["lawyer_signer", "device", "station"])
def test_only_interviewers_sign_in_at_a_node(world: World, node: Station, who_else: str) -> None:
    with pytest.raises(SignInRefused):
        sign_in(node, getattr(world, who_else))
    with pytest.raises(SignInRefused):
        sign_in(node, Signer.generate())


def test_a_revoked_interviewer_is_out_at_once(world: World, node: Station) -> None:
    token = sign_in(node, world.interviewer)
    take(node, world.without("interviewer-3"))
    assert who(node, token) is None
    with pytest.raises(SignInRefused):
        sign_in(node, world.interviewer)


def test_a_session_ends_with_its_time_and_with_the_machine_s_run(world: World, node: Station) -> None:
    old, other = sign_in(node, world.interviewer), sign_in(node, world.interviewer)
    with node.database.transaction() as session:
        session.execute(
            text("UPDATE sessions SET started = started - 50000 WHERE token = :t"), {"t": interviewers._hash(old)}
        )
    assert (who(node, old), who(node, other)) == (None, "interviewer-3")
    with node.database.transaction() as session:
        session.execute(text("UPDATE sessions SET boot = 'an earlier run'"))
    assert who(node, other) is None


def test_a_wrong_date_changes_no_session(world: World, node: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    token = sign_in(node, world.interviewer)
    monkeypatch.setattr(time, "time", lambda: 4_300_000_000.0)
    assert who(node, token) == "interviewer-3"


def test_locked_seeds_are_found_and_replaced(node: Station) -> None:
    for passphrase in ("old words", "new words"):
        seeds = {"interviewer": b"i" * 32, "device": b"d" * 32}
        kept = locked_seeds.lock(seeds, passphrase, person="interviewer-3", device="phone-7")
        with node.database.transaction() as session:
            interviewers.add_locked(session, "interviewer-3", kept)
    assert locked_seeds.unlock(find(node, "interviewer-3"), "new words") == seeds
    with pytest.raises(PassphraseWrong):
        locked_seeds.unlock(find(node, "interviewer-3"), "old words")


def shape(value: Any) -> Any:
    """Keys, types and lengths."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    return (type(value), len(value)) if isinstance(value, str) else value


def test_an_unknown_name_gets_seeds_that_look_real_and_stay_the_same(world: World, node: Station) -> None:
    real = locked_seeds.lock(
        {"interviewer": b"i" * 32, "device": b"d" * 32}, "words", person="interviewer-3", device="phone-7"
    )
    with node.database.transaction() as session:
        interviewers.add_locked(session, "interviewer-3", real)
    dummy = find(node, "interviewer-8")
    assert shape(dummy) == shape(find(node, "interviewer-3"))
    assert dummy == find(node, "interviewer-8")
    assert dummy["person"] == "interviewer-8"
    assert dummy["ct"] != find(node, "interviewer-9")["ct"]
    node.close()
    again = open_station(node.settings.home)
    world.opened.append(again)
    assert find(again, "interviewer-8") == dummy
    with pytest.raises(PassphraseWrong):
        locked_seeds.unlock(dummy, "words")


def test_another_node_answers_with_another_dummy(world: World, node: Station) -> None:
    other = world.other_node()
    assert json.dumps(find(node, "nobody")) != json.dumps(find(other, "nobody"))
