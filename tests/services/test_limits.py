"""What has exactly the size of a limit is taken, and what is one more is refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from types import ModuleType
from typing import cast

import pytest

from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.testimony import note
from testimony.domain.testimony.submission import NOTE
from testimony.errors import TestimonyError
from testimony.services.accounts import lockout, password
from testimony.services.casefile import casefile, people
from testimony.services.casefile.casefile import Order
from testimony.services.enrolment import reader_key
from testimony.services.handover import letters
from testimony.services.imports.files import archive, delimited, formats, nested, submissions, table, workbook
from testimony.services.link import clock_skew, throughput
from testimony.services.opening import decoder_process
from testimony.services.review import notes, private_labels
from testimony.services.speech import translator
from testimony.services.speech.errors import DraftRefused
from testimony.services.speech.models import Model
from testimony.services.speech.translator import Translating
from testimony.services.stories import quotations
from testimony.services.stories.quotations import Quotation
from testimony.services.submissions import referral
from testimony.services.submissions import submissions as communications
from testimony.services.submissions.referral import Referral
from testimony.services.submissions.submissions import Submission
from testimony.services.wordings import studio
from tests.support.services.pictures import jpeg
from tests.support.web.ogg_voice import silence

TIDS = tuple(f"{number:032x}" for number in range(3))
CSV = b"a,b\n1,2\n3,4\n"
JSON = b'[{"a": 1}, {"a": 2}]'
PASSPHRASE = "heron kettle quarry violet 83"
COURT = Key(Purpose.COURT, "case-river")


def zipped(*names: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        for name in names:
            made.writestr(name, "a")
    return held.getvalue()


def sheets(number: int) -> bytes:
    import openpyxl

    book, held = openpyxl.Workbook(), io.BytesIO()
    for _ in range(number - 1):
        book.create_sheet()
    book.worksheets[0].append(["a"])
    book.worksheets[0].append(["b"])
    book.save(held)
    return held.getvalue()


CLIP = silence(1)
PICTURE = jpeg()
ZIP, BOOK = zipped("a.csv", "b.csv", "c.csv"), sheets(3)


def unpack(data: bytes) -> None:
    with archive.opened(data):
        pass


def referred(wanted: str, reply: str) -> None:
    use = Key(next(iter(referral.GIVEN)), "service")
    Referral(tid=TIDS[0], use=use, lang="en", wanted=wanted, reply=reply).require_possible()


def quoted(words: str) -> None:
    use = Key(next(iter(quotations.PURPOSES)), "public")
    Quotation(tid=TIDS[0], use=use, lang="en", words=words, checked=True).require_possible()


def ordered(*tids: str) -> Order:
    return Order(case=COURT, tids=tids, lang="en")


REFUSED: list[tuple[ModuleType, str, int, Callable[[], object]]] = [
    (casefile, "MOST", 3, ordered(*TIDS).require_possible),
    (people, "MOST", 2, lambda: people.parse_names({"lawyer-1": "Sam", "lawyer-2": "Nour"})),
    (people, "LONGEST", 11, lambda: people.parse_names({"lawyer-1": " Sam  Example "})),
    (delimited, "LARGEST_FILE", len(CSV), lambda: delimited.read(CSV, "")),
    (delimited, "MOST_ROWS", 2, lambda: delimited.read(CSV, "")),
    (table, "MOST_ROWS", 2, lambda: delimited.read(CSV, "")),
    (table, "MOST_COLUMNS", 2, lambda: delimited.read(CSV, "")),
    (table, "MOST_CELLS", 4, lambda: delimited.read(CSV, "")),
    (table, "MOST_CELLS", 12, lambda: table.require_cells([(2, 3), (3, 2)])),
    (submissions, "LARGEST_FILE", len(JSON), lambda: submissions.read_json(JSON)),
    (submissions, "MOST_ROWS", 2, lambda: submissions.read_json(JSON)),
    (formats, "LARGEST_FILE", len(CSV), lambda: formats.read(CSV)),
    (archive, "LARGEST_FILE", len(ZIP), lambda: unpack(ZIP)),
    (archive, "MOST_ENTRIES", 3, lambda: unpack(ZIP)),
    (workbook, "LARGEST_FILE", len(BOOK), lambda: workbook.read(BOOK)),
    (workbook, "_MOST_SHEETS", 3, lambda: workbook.read(BOOK)),
    (nested, "DEEPEST", 2, lambda: list(nested.flat({"a": {"b": {"c": 1}}}))),
    (letters, "LARGEST_FILE", 5, lambda: letters.load(io.BytesIO(b"heron"))),
    (note, "LONGEST", 5, lambda: notes.require_text(" heron ")),
    (private_labels, "LONGEST", 5, lambda: private_labels.require_text(" heron ")),
    (referral, "LONGEST_WANTED", 5, lambda: referred("heron", "by")),
    (referral, "LONGEST_REPLY", 5, lambda: referred("of", "heron")),
    (quotations, "LONGEST_QUOTATION", 5, lambda: quoted("heron")),
    (password, "LONGEST", len(PASSPHRASE), lambda: password.require_usable(PASSPHRASE, PASSPHRASE, ())),
    (reader_key, "LONGEST", len(PASSPHRASE), lambda: reader_key.require_usable(PASSPHRASE, PASSPHRASE)),
    (studio, "LONGEST_CLIP", 500, lambda: studio.described(CLIP, 500)),
]
"""Module, limit, what has its size, and an act that takes or refuses it."""


@pytest.mark.parametrize(
    ("module", "limit", "size", "act"), REFUSED, ids=[f"{one[0].__name__[19:]}.{one[1]}-{one[2]}" for one in REFUSED]
)
def test_the_limit_itself_is_taken_and_one_more_is_refused(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, limit: str, size: int, act: Callable[[], object]
) -> None:
    monkeypatch.setattr(module, limit, size)
    act()
    monkeypatch.setattr(module, limit, size - 1)
    with pytest.raises(TestimonyError):
        act()


LEAST: list[tuple[ModuleType, str, int, Callable[[], object]]] = [
    (communications, "FEWEST", 3, Submission(kind=NOTE, order=ordered(*TIDS)).require_possible),
    (password, "SHORTEST", len(PASSPHRASE), lambda: password.require_usable(PASSPHRASE, PASSPHRASE, ())),
]


@pytest.mark.parametrize(("module", "limit", "size", "act"), LEAST, ids=[one[1] for one in LEAST])
def test_the_least_itself_is_taken_and_one_less_is_refused(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, limit: str, size: int, act: Callable[[], object]
) -> None:
    monkeypatch.setattr(module, limit, size)
    act()
    monkeypatch.setattr(module, limit, size + 1)
    with pytest.raises(TestimonyError):
        act()


@pytest.mark.parametrize(("limit", "size"), [("LARGEST", len(PICTURE)), ("PIXELS", 40 * 30)])
def test_a_picture_of_the_largest_size_is_decoded(monkeypatch: pytest.MonkeyPatch, limit: str, size: int) -> None:
    monkeypatch.setattr(decoder_process, limit, size)
    found = decoder_process.decode(PICTURE)
    assert isinstance(found, tuple)
    assert (found[:2], len(found[2])) == ((40, 30), 3 * 40 * 30)
    monkeypatch.setattr(decoder_process, limit, size - 1)
    assert decoder_process.decode(PICTURE) == decoder_process.LARGE


def test_the_longest_text_is_translated_and_no_longer_one(monkeypatch: pytest.MonkeyPatch) -> None:
    class Spoilt:
        def is_whole(self, _: object) -> bool:
            return False

    def why(longest: int) -> str:
        monkeypatch.setattr(translator, "LONGEST", longest)
        with pytest.raises(DraftRefused) as refused:
            translator.translate(Translating(), cast(Model, Spoilt()), ["heron", "hut"], lang="en", to="fr")
        return refused.value.reason

    assert (why(8), why(7)) == ("altered", "long")


@pytest.mark.parametrize(
    ("minutes", "found"), [(0, 0), (1, 1), (-1, -1), (10**8 - 1, 10**8 - 1), (10**8, None), (-(10**8), None)]
)
def test_a_clock_that_is_wrong_beyond_all_reason_tells_nothing(minutes: int, found: int | None) -> None:
    assert clock_skew.ahead("Thu, 03 Dec 2026 12:00:00 GMT", 1_796_299_200 + 60 * minutes) == found
    assert clock_skew.ahead("yesterday", 0) is None


@pytest.mark.parametrize(
    ("sent", "seconds", "says"),
    [(throughput.ENOUGH, 0.1, True), (throughput.ENOUGH - 1, 0.1, False), (throughput.ENOUGH, 0.0, False)],
)
def test_a_short_delivery_measures_no_link(sent: int, seconds: float, says: bool) -> None:
    assert throughput.says_something(sent, seconds) is says


def test_each_failure_doubles_the_wait_up_to_five_minutes() -> None:
    free = lockout.FREE_TRIES
    found = [lockout.delay(failures) for failures in range(free - 1, free + 12)]
    assert found == [0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 300.0, 300.0, 300.0]
    assert lockout.delay(10**9) == 300.0
