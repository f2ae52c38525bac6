"""Lines of the log are one line each, do nothing, and say of libraries' records where they arose and no more."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest

from testimony.cli.serve.log_line import LogLine

WORDS = "what a client sent"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    handler.setFormatter(LogLine())
    logging.getLogger().addHandler(handler)
    yield said
    logging.getLogger().removeHandler(handler)


def test_what_a_terminal_acts_upon_is_escaped_and_one_event_is_one_line(written: io.StringIO) -> None:
    logging.getLogger("testimony.web").error("of %s", "a\nERROR root: b\r\x1b[31m\x9b2J\u2028\u202ec")
    assert written.getvalue() == (
        "ERROR testimony.web: of a\\nERROR root: b\\u000d\\u001b[31m\\u009b2J\\u2028\\u202ec\n"
    )


def test_what_a_library_says_is_left_out_but_for_numbers(written: io.StringIO) -> None:
    log = logging.getLogger("waitress")
    log.warning("Malformed header from %s", WORDS)
    log.warning(f"serving {WORDS}")
    log.warning("depth is %d", 3)
    first, second, third = written.getvalue().splitlines()
    assert WORDS not in first + second
    assert first.startswith("WARNING waitress: test_log_line.test_what_a_library_says")
    assert third == "WARNING waitress: depth is 3"


def test_an_exception_says_where_and_never_what(written: io.StringIO) -> None:
    try:
        raise ValueError(WORDS)
    except ValueError:
        logging.getLogger("waitress").exception(f"while serving {WORDS}")
    assert WORDS not in written.getvalue()
    assert written.getvalue().startswith("ERROR waitress: unexpected: ValueError < ")
    assert "test_an_exception_says_where_and_never_what" in written.getvalue()
