"""A desk's unlocked key: unlocked with a passphrase, in memory only, locked by button and after ten idle minutes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, cast

from flask import Blueprint, Flask, current_app, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from testimony.domain.roles import Role
from testimony.services.demo import secrets
from testimony.services.enrolment import reader_key
from testimony.services.inbox.inbox import InboxIndex
from testimony.services.inbox.search import WordIndex
from testimony.services.incidents.candidates import AlikeIndex
from testimony.services.opening import reader as opening_reader
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.web import auth, context
from testimony.web.audiences import Visitor
from testimony.web.auth import UnlockNeeded, audience
from testimony.web.context import Actor
from testimony.web.desk.session.link_state import LinkState
from testimony.web.sessions import MemorySessions
from testimony.web.text import labels

bp = Blueprint("key", __name__)

IDLE = 600.0  # seconds
AT_ONCE = 1.0  # seconds of opening between two answers
VISITORS = {Role.LAWYER: Visitor.LAWYER, Role.COORDINATOR: Visitor.COORDINATOR}


class HeldKey:
    """The unlocked reader of this program, or nobody. Forgets by itself, request or none."""

    def __init__(self, idle: float = IDLE, clock: Callable[[], float] = time.monotonic) -> None:
        self.idle = idle
        self.opens: dict[str, tuple[str, ...]] = {}  # manifest -> the parts that the key opens
        self.annexes = AnnexIndex()  # what the key opened of what was said since
        self.obeyed: dict[str, frozenset[str]] = {}  # testimony -> the annexes that were acted on
        self.kept: dict[str, frozenset[str]] = {}  # and those by which was said until when it is kept
        self.words = WordIndex()  # what the key opened to be searched
        self.alike = AlikeIndex()  # and to be compared
        self.inbox = InboxIndex(self.words)  # and for the list
        self.asked: Any = None  # what the list was asked for last (web/desk/inbox/inbox.py)
        self.chosen: tuple[str, ...] = ()  # in the list, for the page of exports
        self.link = LinkState()  # what the exchanges of this unlocking found
        self.on_put: list[Callable[[], None]] = []  # what begins when a key is unlocked
        self.on_news: list[Callable[[], None]] = []  # what has to look again when something came from elsewhere
        self.on_drop: list[Callable[[], None]] = []  # what has to end when the key is forgotten
        self.on_forgotten: Callable[[], None] = lambda: None  # a program that ends once a key was held: serve/server.py
        self._clock = clock
        self._reader: Reader | None = None
        self._used = 0.0
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def put(self, reader: Reader) -> None:
        """Hold the key of `reader` until it was idle for too long."""
        with self._lock:
            self._reader, self._used, self.opens, self.annexes = reader, self._clock(), {}, AnnexIndex(remembers=True)
            self.alike = AlikeIndex()
            self.obeyed, self.kept, self.words, self.asked, self.chosen = {}, {}, WordIndex(), None, ()
            self.inbox, self.link = InboxIndex(self.words), LinkState()
            self._wait(self.idle)
        for begin in self.on_put:
            begin()

    def reader(self) -> Reader | None:
        """Whose key is held; asking counts as use."""
        with self._lock:
            if self._reader is not None and self._clock() - self._used >= self.idle:
                self._drop()
            self._used = self._clock()
            return self._reader

    def peek(self) -> Reader | None:
        """Whose key is held. Asking is no use: what runs by itself keeps no desk open."""
        with self._lock:
            return self._reader if self._clock() - self._used < self.idle else None

    def left(self) -> float:
        """Seconds until it locks by itself; 0 while it is locked. Asking is no use."""
        with self._lock:
            if self._reader is None:
                return 0.0
            return max(self.idle - (self._clock() - self._used), 0.0)

    def news(self) -> None:
        """Something came from elsewhere: what could not be opened before may open now."""
        self.opens.clear()
        self.inbox.retry()
        for look in self.on_news:
            look()

    def forget(self) -> None:
        """Lock."""
        with self._lock:
            self._drop()

    def _drop(self) -> None:
        held = self._reader is not None
        self._reader, self.opens, self.annexes, self.words = None, {}, AnnexIndex(), WordIndex()
        self.obeyed, self.kept = {}, {}
        self.alike = AlikeIndex()
        self.inbox, self.asked, self.chosen, self.link = InboxIndex(self.words), None, (), LinkState()
        for end in self.on_drop:
            end()
        if self._timer is not None:
            self._timer.cancel()
        if held:
            self.on_forgotten()

    def _wait(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = threading.Timer(seconds, self._check)
        self._timer.daemon = True
        self._timer.start()

    def _check(self) -> None:
        with self._lock:
            left = self.idle - (self._clock() - self._used)
            if left <= 0:
                self._drop()
            elif self._reader is not None:
                self._wait(left)


def key_holder() -> HeldKey:
    """The key holder of this application."""
    return cast(HeldKey, current_app.extensions["testimony.key"])


def reader() -> Reader:
    """The unlocked reader. Raises `UnlockNeeded`."""
    found = key_holder().reader()
    if found is None:
        raise UnlockNeeded
    return found


def desk_actor() -> Actor:
    """A desk's user: the operator, and the reader while the key is unlocked and the roster still has them."""
    actor = auth.operator()
    ask = key_holder().peek if auth.is_asked_by_itself() else key_holder().reader
    found = ask() if actor.audiences else None
    if found is None:
        return actor
    if not opening_reader.still_reads(context.station().chain.latest, found):
        key_holder().forget()
        return actor
    return Actor(audiences=actor.audiences | {Visitor.READER, VISITORS[found.role]}, id=found.id)


def begin_session() -> None:
    """The desk belongs to this browser from now on: no other one is in, and the key is locked."""
    cast(MemorySessions, current_app.session_interface).end_started()
    key_holder().forget()
    auth.begin_session()


def prepare(app: Flask) -> None:
    """Give a desk its key holder and its idea of who asks."""
    app.extensions["testimony.key"] = HeldKey(IDLE)
    app.extensions["testimony.actor"] = desk_actor
    app.extensions["testimony.begin"] = begin_session

    @app.context_processor
    def describe() -> dict[str, object]:
        actor = context.actor()
        role = next((role for role, visitor in VISITORS.items() if visitor in actor.audiences), None)
        return {"role": role, "role_name": labels.role(role) if role else "", "idle_seconds": int(IDLE)}


@bp.get("/<lang:lang>/unlock")
@audience(Visitor.OPERATOR)
def show(lang: str) -> str | Response:
    """Asks for the passphrase. A script sends it: a form that is posted would be kept by the browser on disk.

    Where there is no key yet, or the roster does not name it yet, the page that helps with that. `at_once`, from the
    start page of a demonstration: the page sends the invented passphrase by itself.
    """
    settings, chain = context.station().settings, context.station().chain
    if reader_key.is_lacking(settings):
        return redirect(url_for("firstkey.show"), code=303)
    if reader_key.waiting(settings, chain):
        return redirect(url_for("ownkey.show"), code=303)
    invented = secrets.of_desk(settings.home) if settings.demonstration else ""
    return render_template(
        "desk/unlock.html",
        begun=reader_key.is_begun(settings),
        locked=not key_holder().left(),
        invented=invented,
        at_once=bool(invented) and "at_once" in request.args,
    )


@bp.post("/unlock")
@audience(Visitor.OPERATOR)
def unlock() -> dict[str, str]:
    """{"passphrase"} -> {"role"}. 403 with a sentence for a wrong passphrase or a key of somebody else."""
    passphrase = context.posted().get("passphrase")
    if not isinstance(passphrase, str) or len(passphrase) > 1000:
        raise BadRequest
    found = opening_reader.unlock(context.station(), passphrase)
    key_holder().put(found)
    return {"role": found.role}


@bp.post("/unlock/read")
@audience(Visitor.READER)
def read() -> dict[str, int]:
    """{} -> {"read", "total"}: opens more of what was said about testimonies, which every page asks for."""
    with context.reading() as db:
        far = key_holder().annexes.read_on(context.station(), db, reader(), seconds=AT_ONCE)
    return {"read": far.read, "total": far.total}


@bp.post("/stay")
@audience(Visitor.READER)
def stay() -> dict[str, int]:
    """{} -> {"left"}: seconds until the key locks, for a reader who works on one page without requests."""
    return {"left": int(key_holder().left())}


@bp.post("/lock")
@audience(Visitor.OPERATOR)
def lock() -> Response:
    """Forget the key, and have the browser forget the pages that it opened."""
    key_holder().forget()
    answer = redirect(url_for("key.show"), code=303)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer
