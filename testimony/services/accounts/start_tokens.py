"""The token of a start address, which opens a station's pages to the person who started the program.

At a desk and at a node each token opens them once, so that no address in a browser's history opens them again.
`testimony desk` and `testimony node` ask for another one: they leave the hash of the new token in the home, where only
the station's own user writes.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
import threading
from collections.abc import Callable
from pathlib import Path

from testimony.store.files import durable

FILE = "start-token"
logger = logging.getLogger(__name__)


class StartTokens:
    """The tokens of one program. `home`: where another one may be asked for; None: nowhere.

    `once`: each is good once, as at a desk and at a node.
    """

    def __init__(self, token: str, home: Path | None, *, once: bool = True) -> None:
        self._token, self._home = token, home
        self.once = once and home is not None
        self._turn = threading.Lock()

    @property
    def unspent(self) -> str:
        """The token that was printed at start; empty once it was used."""
        return self._token

    def take(self, given: str, before: Callable[[], object] = lambda: None) -> bool:
        """Whether `given` opens the pages. With `once` it does not do so again.

        `before` is called first if it does. If that raises, the token still opens them.
        """
        given = given.strip()
        with self._turn:
            if self._token and hmac.compare_digest(given.encode(), self._token.encode()):
                before()
                self._token = "" if self.once else self._token
                return True
            return self._home is not None and _take(self._home / FILE, given, before)


def request(home: Path) -> str:
    """Another token for the desk or the node of `home`. The last one that was asked for and not used opens nothing any
    more.

    Raises `StoreFull`, `StoreUnwritable`, `StoreFailing`.
    """
    token = secrets.token_urlsafe(32)
    with durable.named_errors(home):
        durable.replace_file(home / FILE, _hash(token).encode())
    return token


def forget(home: Path) -> None:
    """Take back what was asked for and not used. Raises `StoreUnwritable`, `StoreFailing`."""
    with durable.named_errors(home):
        (home / FILE).unlink(missing_ok=True)


def _take(file: Path, given: str, before: Callable[[], object]) -> bool:
    if not _is_asked_for(file, given):
        return False
    before()
    try:
        file.unlink()
    except OSError:
        logger.warning("%s cannot be deleted by this user; no start address was taken", FILE)
        return False
    return True


def _is_asked_for(file: Path, given: str) -> bool:
    try:
        return hmac.compare_digest(file.read_bytes(), _hash(given).encode())
    except FileNotFoundError:  # nobody asked for one, or it was used
        return False
    except OSError:  # another user left it there, or the disk fails: the printed token opens the pages all the same
        logger.warning("%s cannot be read by this user; no start address was taken", FILE)
        return False


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
