"""A case file of twenty testimonies in five scripts: opening them, putting them in words, and setting the PDF."""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from testimony.services.casefile import document as casefile_document
from testimony.services.casefile.casefile import CaseFile, Order
from testimony.services.startup import open_station
from testimony.services.typesetting import pdf as typesetting_pdf
from tests.bench.node import organisation_of
from tests.bench.support.figures import Aim, Figure
from tests.support.services.casefiles import COURT, SAID, account, brought, gathered, translate
from tests.support.services.desks import TODAY, desks

LENGTH = 1_500  # characters, as an account of ten minutes has
CAUSE = "a slower or busier processor: opening is post-quantum, and setting shapes every line"
Result = TypeVar("Result")


def measure() -> Sequence[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        homes = Path(folder)
        organisation = organisation_of(homes)
        with open_station(homes / "org" / "central"):
            pass
        with desks(homes / "org", organisation) as at:
            desk = at["lawyer-1"]
            told = [account(number, lang, long(text)) for number in range(4) for lang, text in SAID.items()]
            tids = brought(desk, organisation, told)
            for tid in tids[::2]:
                translate(desk, tid, "fr", ["Nous étions douze, et personne ne nous a rien demandé."] * 200)
            opened, made = timed(lambda: gathered(desk, Order(case=COURT, tids=tids, lang="fr")))
            assert isinstance(made, CaseFile)
            spoken, data = timed(lambda: casefile_document.data_of(made))
            was_set, pdf = timed(lambda: typesetting_pdf.pdf(data, day=TODAY))
            memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    most = Aim(most=10, cause=CAUSE)
    return [
        Figure(
            f"a case file of {len(tids)} testimonies, half of them translated", opened + spoken + was_set, "s", most
        ),
        Figure("of it: opening and verifying them", opened, "s"),
        Figure("of it: words", spoken, "s"),
        Figure("of it: setting the PDF in its child", was_set, "s"),
        Figure("the file", len(pdf) / 1e6, "MB"),
        Figure("most memory of a child", memory, "MB"),
    ]


def long(text: str) -> str:
    return "\n".join([text] * (1 + LENGTH // len(text)))


def timed(act: Callable[[], Result]) -> tuple[float, Result]:
    """Seconds of processor, those of the child with it."""
    before = _spent()
    made = act()
    return _spent() - before, made


def _spent() -> float:
    child = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + child.ru_utime + child.ru_stime
