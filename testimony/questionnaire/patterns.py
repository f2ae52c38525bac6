"""Checks the regular expressions in a form: Python and browsers must read them alike, and matching must end soon.

Supported are letters, classes, groups, `|` and quantifiers; not look-around, back-references, and a quantifier inside
something that is repeated.
"""

from __future__ import annotations

import re

LONGEST = 300
"""Characters of a pattern."""
MOST_REPEATED = 200
"""The largest number in a quantifier."""
SHORT, MOST_LONG = 20, 3
"""The most times that a short repetition repeats, and the most longer repetitions that a pattern may contain."""
CLASSES = {"d": "0-9", "w": "A-Za-z0-9_", "s": " \t\n\r"}
SYNTAX = frozenset("\\^$.|?*+()[]{}/")
ANY = "[^\n\r\u2028\u2029]"
QUANTIFIER = re.compile(r"[*+?]|\{([0-9]{1,4})(?:(,)([0-9]{1,4})?)?\}")


def plain(text: str) -> str:
    """The pattern `text` in the form that both languages read alike, to match a whole text. Raises `ValueError`."""
    body = text.removeprefix("^")
    body = body[:-1] if body.endswith("$") and not body.endswith("\\$") else body
    if len(text) > LONGEST:
        raise ValueError("the pattern is too long")
    reader = _Reader(body)
    found, _ = reader.choice()
    if reader.at < len(body):
        raise ValueError(f"{body[reader.at]!r} is not expected in the pattern")
    re.compile(found)
    return found


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.at, self.depth, self.long = text, 0, 0, 0

    def choice(self) -> tuple[str, bool]:
        """(pattern, whether something in it is repeated) of the alternatives from here on."""
        parts, repeats = [], False
        while True:
            part, more = self._sequence()
            parts.append(part)
            repeats = repeats or more
            if self._next() != "|":
                return "|".join(parts), repeats
            self.at += 1

    def _sequence(self) -> tuple[str, bool]:
        found, repeats = [], False
        while self._next() not in ("", "|", ")"):
            part, inner = self._one()
            quantifier = QUANTIFIER.match(self.text, self.at)
            if quantifier is not None:
                self.at = quantifier.end()
                open_end = quantifier[0] in "*+" or (quantifier[2] is not None and quantifier[3] is None)
                largest = max(int(one) for one in (quantifier[1] or "0", quantifier[3] or "0"))
                if largest > MOST_REPEATED or (inner and quantifier[0] != "?"):
                    raise ValueError("the pattern repeats what is already repeated")
                self.long += open_end or largest > SHORT
                if self.long > MOST_LONG:
                    raise ValueError("the pattern has too many long repetitions")
                inner = inner or open_end or largest > 1
                part += quantifier[0]
                if self._next() in ("?", "+", "*"):
                    raise ValueError("two quantifiers follow each other in the pattern")
            found.append(part)
            repeats = repeats or inner
        return "".join(found), repeats

    def _one(self) -> tuple[str, bool]:
        sign = self._next()
        self.at += 1
        match sign:
            case "(":
                return self._group()
            case "[":
                return self._class(), False
            case ".":
                return ANY, False
            case "\\":
                return self._escaped(), False
            case "*" | "+" | "?" | "^" | "$" | "{" | "}" | "]":
                raise ValueError(f"{sign!r} is not expected in the pattern")
        return ("\\" + sign if sign in SYNTAX else sign), False

    def _group(self) -> tuple[str, bool]:
        self.depth += 1
        if self.depth > 8:
            raise ValueError("the pattern has too many groups inside groups")
        if self.text.startswith("?:", self.at):
            self.at += 2
        elif self._next() == "?":
            raise ValueError("look-around is not supported in a pattern")
        inner, repeats = self.choice()
        if self._next() != ")":
            raise ValueError("a ')' is missing in the pattern")
        self.at += 1
        self.depth -= 1
        return f"(?:{inner})", repeats

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
            raise ValueError("the pattern has an empty class []")
        return found + "]"

    def _next(self) -> str:
        return self.text[self.at : self.at + 1]
