"""Number the paragraphs of a case file from its first to its last, so that a court can cite them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from testimony.services.casefile.language import Data


def number(exhibits: Iterable[Data]) -> None:
    """Give every fact and every paragraph of every text its number `no`, in the order in which they stand.

    A row of `beside` that begins a paragraph (`starts`) has one number for all its columns. `words` that say the same
    as others, paragraph for paragraph (`like`), have the numbers of those (`id`).
    """
    numbers = (str(one) for one in itertools.count(1))
    for exhibit in exhibits:
        known: dict[str, list[str]] = {}
        for section in exhibit["sections"]:
            for block in section["blocks"]:
                _number(block, numbers, known)


def _number(block: Data, numbers: Iterator[str], known: dict[str, list[str]]) -> None:
    match block["kind"]:
        case "facts":
            for row in block["rows"]:
                row["no"] = next(numbers)
        case "words":
            own = known[block["like"]] if "like" in block else [next(numbers) for _ in block["words"]]
            for paragraph, no in zip(block["words"], own, strict=True):
                paragraph["no"] = no
            if "id" in block:
                known[block["id"]] = own
        case "beside":
            block["numbers"] = [next(numbers) if one else "" for one in block["starts"]]
            known[block["id"]] = [one for one in block["numbers"] if one]
