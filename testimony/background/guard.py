"""Wraps unexpected exceptions in background threads: names them, logs an outline, and keeps the station running."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from testimony.errors import TestimonyError, outline


@contextmanager
def foreseen(failure: type[TestimonyError], log: logging.Logger) -> Iterator[None]:
    """Whatever goes wrong inside is a `TestimonyError`: every other exception is outlined in `log` and is a `failure`.

    The log gets the class of the exception and where it arose, never its text.
    """
    try:
        yield
    except TestimonyError:
        raise
    except Exception as error:
        log.error("unexpected: %s", outline(type(error), error.__traceback__))
        raise failure from error
