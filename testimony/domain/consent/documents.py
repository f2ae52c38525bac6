"""A document that says what the witness of an account from elsewhere agrees to (docs/consent.md, "Late consent").

The document is sealed to the lawyers. A consent annex, which coordinators open too, names it in place of
circumstances.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from testimony.domain.errors import EventUnreadable
from testimony.domain.sealed_file import SealedFile, file_fields
from testimony.domain.values import DAY, HASH, matched

KIND: Final = "consent-document"
FIELD: Final = "document"
"""Where a consent annex names the document."""
ENDINGS: Final = ("jpg", "pdf", "png")
AGES: Final = ("adult", "minor", "alone", "under12")
OF_A_CHILD: Final = ("guardian", "assent", "focal_point", "second_adult")


@dataclass(frozen=True, kw_only=True)
class ConsentDocument(SealedFile):
    """The file. `of`: the manifest of its testimony; `made`: the day of the document; `day`: when it was attached."""

    of: str
    made: date
    day: date

    @classmethod
    def parse(cls, value: Mapping[str, Any]) -> ConsentDocument:
        """From the content of an annex, `{"kind": "consent-document", …}`. Raises `EventUnreadable`."""
        if value.get("ending") not in ENDINGS:
            raise EventUnreadable("structure")
        return cls(
            **file_fields(value),
            of=matched(value.get("of"), HASH),
            made=_day(value.get("made")),
            day=_day(value.get("day")),
        )

    def to_value(self) -> dict[str, Any]:
        """The content of its annex; `parse(one.to_value()) == one`."""
        days = {"made": self.made.isoformat(), "day": self.day.isoformat()}
        return {"kind": KIND, **self.file_value(), "of": self.of, **days}


@dataclass(frozen=True, kw_only=True)
class Named:
    """What a consent annex says of the document. `annex`: the record that has it; `made`: the day of the document;
    `age` and `there`: as circumstances say them, because the rules for children hold here too.
    """

    annex: str
    made: date
    age: str
    there: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, value: Any) -> Named:
        """From the field `document` of a consent annex. Raises `EventUnreadable`."""
        if not isinstance(value, Mapping) or value.get("age") not in AGES:
            raise EventUnreadable("structure")
        return cls(
            annex=matched(value.get("annex"), HASH),
            made=_day(value.get("made")),
            age=str(value["age"]),
            there=frozenset(name for name in OF_A_CHILD if value.get(name) is True),
        )

    def to_value(self) -> dict[str, Any]:
        """The field `document`; `parse(one.to_value()) == one`."""
        said = {"annex": self.annex, "made": self.made.isoformat(), "age": self.age}
        return said | dict.fromkeys(sorted(self.there), True)

    @property
    def circumstances(self) -> dict[str, Any]:
        """What the guards of children read."""
        return {"age": self.age, **dict.fromkeys(self.there, True)}


def _day(value: Any) -> date:
    try:
        return date.fromisoformat(matched(value, DAY))
    except ValueError as error:
        raise EventUnreadable("structure") from error
