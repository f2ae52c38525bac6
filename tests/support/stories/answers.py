"""Answers for every question that a case leaves open: made up from the form itself, the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

WORDS = ("خارپشتک", "ستاره‌پز", "Grifoulet", "چلچراغک", "Quijarillo", "Brindazur")  # of no language
LANGUAGES = {"iso3": ("AFG", "IRN", "TUR"), "bcp47": ("prs",)}  # lists whose codes the form does not carry


class Inventor:
    """Invents from the options of the form's lists. Texts hold words that nobody else writes: `secrets` are those."""

    def __init__(self, definition: Mapping[str, Any], seed: int) -> None:
        self._fields: Mapping[str, Any] = definition["fields"]
        self._lists: Mapping[str, Any] = definition["lists"]
        self._consent = frozenset(definition["consent"])
        self._chance = random.Random(seed)
        self.secrets: list[str] = []

    def rest(self, known: Mapping[str, Any]) -> dict[str, Any]:
        """An answer for every field that is not among `known`."""
        open_ones = (name for name in self._fields if name not in known and name not in self._consent)
        return {name: made for name in open_ones if (made := self._made(name, self._fields[name])) is not None}

    def _made(self, name: str, field: Mapping[str, Any]) -> Any:
        kind = field["type"]
        if kind == "text":
            return self._words(name)
        if kind == "int":
            return self._chance.randint(1, 3)
        if kind == "date":
            return f"19{self._chance.randint(70, 99)}-0{self._chance.randint(1, 9)}-1{self._chance.randint(0, 9)}"
        if kind == "repeat":
            return [self._row(field["pieces"]) for _ in range(2)]
        return self._chosen(kind, field.get("list", ""))

    def _chosen(self, kind: str, listed: str) -> Any:
        codes = self._codes(listed)
        if not codes:
            return None
        if kind in ("multi", "multi_code"):
            return sorted(self._chance.sample(codes, min(2, len(codes))), key=codes.index)
        return self._chance.choice(codes)

    def _row(self, pieces: list[Mapping[str, Any]]) -> dict[str, Any]:
        made = {piece["id"]: self._made(piece["id"], piece) for piece in pieces}
        return {name: value for name, value in made.items() if value is not None}

    def _codes(self, listed: str) -> list[str]:
        """The codes that may stand beside others."""
        options = self._lists.get(listed, {}).get("options", ())
        known = [option["code"] for option in options if not option.get("exclusive")]
        return list(LANGUAGES.get(listed, ())) or known

    def _words(self, name: str) -> str:
        said = f"{self._chance.choice(WORDS)} {self._chance.randint(100, 999)} {name[2:]}"
        self.secrets.append(said)
        return said
