"""Checks the regular expressions in a form: Python and browsers must read them alike, and matching must end soon.

Supported are letters, classes, groups, `|` and quantifiers; not look-around, back-references, and a quantifier inside
something that is repeated. Both languages try the ways to read a text one after another, so a pattern may have only a
limited number of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

LONGEST = 300
"""Characters of a pattern."""
MOST_REPEATED = 200
"""The largest number in a quantifier."""
SHORT, MOST_LONG = 20, 3
"""How often something may repeat and still be short, and how many longer repetitions a pattern may hold."""
WAYS_OF_LONG = (201, 101, 68)
"""In how many ways the first, second and third long repetition divide the longest text that is matched."""
MOST_WAYS = 1_500_000
"""In how many ways a text may be read. Three long repetitions have 1,373,701."""
CLASSES = {"d": "0-9", "w": "A-Za-z0-9_", "s": " \t\n\r"}
SYNTAX = frozenset("\\^$.|?*+()[]{}/")
ANY = "[^\n\r\u2028\u2029]"
QUANTIFIER = re.compile(r"[*+?]|\{([0-9]{1,4})(?:(,)([0-9]{1,4})?)?\}")


@dataclass(frozen=True, kw_only=True)
class _Part:
    """`first`: with which letters it can begin; `empty`: whether it matches the empty text; `ways`: in how many ways
    one text can be read as it; `repeats`: whether something in it is repeated. `least`, `most`: how often it may stand
    there, `most` None for without end; `long`: in how many ways a long repetition divides a text.
    """

    text: str
    first: frozenset[str]
    empty: bool = False
    ways: int = 1
    repeats: bool = False
    least: int = 1
    most: int | None = 1
    long: int = 0

    @property
    def may_lack(self) -> bool:
        return self.empty or self.least == 0

    def ways_before(self, follows: frozenset[str]) -> int:
        """In how many ways the repetitions can be read, before something that begins with one of `follows`."""
        if self.most == 1 == self.least:
            return self.ways
        if self.ways > 1 and (self.most is None or self.most > SHORT):
            return MOST_WAYS + 1
        each: int = self.ways ** (self.most or 1)
        if not self.empty and not self.first & follows:
            return each  # the next letter says whether it repeats
        counts = self.most - self.least + 1 if self.most is not None else MOST_WAYS
        return each * (min(self.long, counts) if self.long else counts)


def plain(text: str) -> str:
    """`text` as both languages read it, to be matched as a whole. Raises ValueError for what is not of them."""
    body = text.removeprefix("^")
    body = body[:-1] if body.endswith("$") and not body.endswith("\\$") else body
    if len(text) > LONGEST:
        raise ValueError("the pattern is too long")
    reader = _Reader(body)
    try:
        found = reader.choice()
        re.compile(found.text)
    except re.error as error:  # such as [z-a]
        raise ValueError(f"the pattern is wrong: {error.msg}") from error
    if reader.at < len(body):
        raise ValueError(f"{body[reader.at]!r} is not expected in the pattern")
    if found.ways > MOST_WAYS:
        raise ValueError("the pattern can read one text in too many ways")
    return found.text


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.at, self.depth, self.long = text, 0, 0, 0
        self.letters = _letters(text)
        self._firsts: dict[str, frozenset[str]] = {}

    def choice(self) -> _Part:
        """Alternatives. Where their first letters differ, a text is read as one of them alone."""
        parts = [self._sequence()]
        while self._next() == "|":
            self.at += 1
            parts.append(self._sequence())
        differ = not any(part.empty for part in parts) and not any(a.first & b.first for a, b in combinations(parts, 2))
        ways = [part.ways for part in parts]
        return _Part(
            text="|".join(part.text for part in parts),
            first=frozenset[str]().union(*(part.first for part in parts)),
            empty=any(part.empty for part in parts),
            ways=max(ways) if differ else _few(sum(ways)),
            repeats=any(part.repeats for part in parts),
        )

    def _sequence(self) -> _Part:
        found: list[_Part] = []
        while self._next() not in ("", "|", ")"):
            found.append(self._repeated(self._one()))
        follows = self.letters if self.depth else frozenset[str]()
        return _joined(found, follows)

    def _repeated(self, part: _Part) -> _Part:
        """`part` with the quantifier that stands behind it, if any."""
        quantifier = QUANTIFIER.match(self.text, self.at)
        if quantifier is None:
            return part
        self.at = quantifier.end()
        sign = quantifier[0]
        least = int(quantifier[1]) if quantifier[1] else int(sign == "+")
        most = _most(quantifier, least)
        if max(least, most or 0) > MOST_REPEATED or (part.repeats and sign != "?"):
            raise ValueError("the pattern repeats what is already repeated")
        is_long = most is None or most > SHORT
        self.long += is_long
        if self.long > MOST_LONG:
            raise ValueError("the pattern holds too many long repetitions")
        if self._next() in ("?", "+", "*"):
            raise ValueError("two signs of repetition stand together in the pattern")
        return _Part(
            text=part.text + sign,
            first=part.first,
            empty=part.empty,
            ways=part.ways,
            repeats=part.repeats or most is None or most > 1,
            least=least,
            most=most,
            long=WAYS_OF_LONG[self.long - 1] if is_long else 0,
        )

    def _one(self) -> _Part:
        sign = self._next()
        self.at += 1
        match sign:
            case "(":
                return self._group()
            case "[":
                return self._letter(self._class())
            case ".":
                return self._letter(ANY)
            case "\\":
                return self._letter(self._escaped())
            case "*" | "+" | "?" | "^" | "$" | "{" | "}" | "]":
                raise ValueError(f"{sign!r} is not expected in the pattern")
        return self._letter("\\" + sign if sign in SYNTAX else sign)

    def _letter(self, text: str) -> _Part:
        if text not in self._firsts:
            one = re.compile(text)
            self._firsts[text] = frozenset(letter for letter in self.letters if one.fullmatch(letter))
        return _Part(text=text, first=self._firsts[text])

    def _group(self) -> _Part:
        self.depth += 1
        if self.depth > 8:
            raise ValueError("the groups of the pattern lie too deep in each other")
        if self.text.startswith("?:", self.at):
            self.at += 2
        elif self._next() == "?":
            raise ValueError("groups that look around are not supported in a pattern")
        inner = self.choice()
        if self._next() != ")":
            raise ValueError("a ')' is missing in the pattern")
        self.at += 1
        self.depth -= 1
        return replace(inner, text=f"(?:{inner.text})")

    def _escaped(self) -> str:
        sign = self._next()
        self.at += 1
        if sign.lower() in CLASSES:
            return f"[{'^' if sign.isupper() else ''}{CLASSES[sign.lower()]}]"
        if not sign or sign.isalnum():
            raise ValueError(f"'\\{sign}' is not supported in a pattern")
        return "\\" + sign if sign in SYNTAX else sign

    def _class(self) -> str:
        found = "[^" if self._next() == "^" else "["
        self.at += found == "[^"
        while (sign := self._next()) != "]":
            if not sign or sign == "[":
                raise ValueError("a ']' is missing in the pattern")
            self.at += 1
            if sign == "\\":
                sign = self._next()
                self.at += 1
                if sign in CLASSES:
                    found += CLASSES[sign]
                    continue
                if not sign or sign.isalnum():
                    raise ValueError(f"'\\{sign}' is not supported in a pattern")
                found += "\\" + sign if sign in SYNTAX or sign == "-" else sign
            else:
                found += "\\" + sign if sign in "^$.|?*+(){}/" else sign
        self.at += 1
        if found in ("[", "[^"):
            raise ValueError("an empty choice of letters stands in the pattern")
        return found + "]"

    def _next(self) -> str:
        return self.text[self.at : self.at + 1]


def _letters(text: str) -> frozenset[str]:
    """A letter of each kind that the classes of `text` tell apart: those that it names, and their neighbours."""
    named = {ord(sign) for sign in f"{text}09AZaz_ \t\n\r\u2028\u2029"}
    return frozenset(chr(one) for code in named for one in (code - 1, code, code + 1) if 0 <= one <= 0x10FFFF)


def _most(quantifier: re.Match[str], least: int) -> int | None:
    """How often it may stand there; None: without end."""
    if quantifier[0] in "*+" or (quantifier[2] is not None and quantifier[3] is None):
        return None
    return int(quantifier[3]) if quantifier[3] is not None else max(least, 1) if quantifier[1] is None else least


def _joined(parts: Sequence[_Part], follows: frozenset[str]) -> _Part:
    """One after another, before something that begins with one of `follows`."""
    first, ways = frozenset[str](), 1
    for part in reversed(parts):
        ways = _few(ways * part.ways_before(follows))
        follows = part.first | follows if part.may_lack else part.first
        first = part.first | first if part.may_lack else part.first
    return _Part(
        text="".join(part.text for part in parts),
        first=first,
        empty=all(part.may_lack for part in parts),
        ways=ways,
        repeats=any(part.repeats for part in parts),
    )


def _few(ways: int) -> int:
    """A number beyond the largest that counts need not grow."""
    return min(ways, MOST_WAYS + 1)
