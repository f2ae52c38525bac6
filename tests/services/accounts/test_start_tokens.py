"""A start token opens a desk once; central's opens it until the program ends."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from testimony.services.accounts import start_tokens
from testimony.services.accounts.start_tokens import FILE, StartTokens
from testimony.store.errors import StoreFull


def test_the_token_of_a_desk_works_once(tmp_path: Path) -> None:
    tokens = StartTokens("printed", tmp_path)
    assert not tokens.take("wrong")
    assert not tokens.take("")
    assert tokens.take(" printed ")
    assert not tokens.take("printed")
    assert not tokens.take("")
    assert tokens.unspent == ""


def test_the_token_of_central_works_until_the_program_ends() -> None:
    tokens = StartTokens("printed", None)
    assert tokens.take("printed")
    assert tokens.take("printed")


def test_a_token_that_was_asked_for_works_once_beside_the_printed_one(tmp_path: Path) -> None:
    tokens = StartTokens("printed", tmp_path)
    asked = start_tokens.request(tmp_path)
    assert tokens.take(asked)
    assert not tokens.take(asked)
    assert tokens.take("printed")


def test_of_two_tokens_that_were_asked_for_the_last_one_works(tmp_path: Path) -> None:
    tokens = StartTokens("printed", tmp_path)
    first, second = start_tokens.request(tmp_path), start_tokens.request(tmp_path)
    assert not tokens.take(first)
    assert tokens.take(second)


def test_the_disk_holds_no_token_and_nobody_else_reads_what_it_holds(tmp_path: Path) -> None:
    asked = start_tokens.request(tmp_path)
    file = tmp_path / FILE
    assert asked not in file.read_text("ascii")
    assert file.stat().st_mode & 0o077 == 0
    assert not StartTokens("printed", tmp_path).take(file.read_text("ascii"))


def test_what_was_not_used_is_taken_back(tmp_path: Path) -> None:
    asked = start_tokens.request(tmp_path)
    start_tokens.forget(tmp_path)
    start_tokens.forget(tmp_path)
    assert not StartTokens("printed", tmp_path).take(asked)


def test_a_note_that_cannot_be_read_opens_nothing_and_the_printed_token_still_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As when root asked for the token of another user's station."""
    tokens, asked = StartTokens("printed", tmp_path), start_tokens.request(tmp_path)

    def refuse(file: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(file))

    with monkeypatch.context() as patched, caplog.at_level(logging.WARNING):
        patched.setattr(Path, "read_bytes", refuse)
        assert not tokens.take(asked)
        assert tokens.take("printed")
    assert FILE in caplog.text
    assert asked not in caplog.text
    assert tokens.take(asked)


def test_a_token_stays_good_when_what_comes_before_fails(tmp_path: Path) -> None:
    tokens, asked = StartTokens("printed", tmp_path), start_tokens.request(tmp_path)

    def fail() -> None:
        raise StoreFull

    for token in (asked, "printed"):
        assert not tokens.take("wrong", fail)
        with pytest.raises(StoreFull):
            tokens.take(token, fail)
        assert tokens.take(token)
        assert not tokens.take(token)
