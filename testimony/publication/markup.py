"""Builds XML, SVG and HTML elements as objects, so that text is never parsed as markup."""

from __future__ import annotations

from typing import Final, Literal
from xml.etree.ElementTree import Element, indent, tostring

WORDS: Final = {"class_": "class", "for_": "for", "id_": "id"}


def element(tag: str, *inside: Element | str | None, **attributes: str) -> Element:
    """`<tag attributes>inside</tag>`; None is left out. `class_` is written as class, `font_size` as font-size."""
    made = Element(tag, {WORDS.get(name, name.replace("_", "-")): value for name, value in attributes.items()})
    last: Element | None = None
    for one in inside:
        if one is None:
            continue
        if not isinstance(one, str):
            made.append(one)
            last = one
        elif last is None:
            made.text = (made.text or "") + one
        else:
            last.tail = (last.tail or "") + one
    return made


def xml(root: Element) -> bytes:
    """An XML document in one line."""
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + _bytes(root, "xml")


def svg(root: Element) -> bytes:
    """An SVG document, a line for each element."""
    indent(root, space=" ")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + _bytes(root, "xml") + b"\n"


def html(root: Element) -> bytes:
    """An HTML document."""
    return b"<!DOCTYPE html>\n" + _bytes(root, "html") + b"\n"


def _bytes(root: Element, method: Literal["xml", "html"]) -> bytes:
    written: bytes = tostring(root, encoding="utf-8", method=method)
    return written
