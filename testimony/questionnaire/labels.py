"""What fields, options, sections, countries and border segments are called in a language."""

from __future__ import annotations


def field_label(id: str, lang: str) -> str:
    """Label of a codebook field."""
    raise NotImplementedError


def field_hint(id: str, lang: str) -> str | None:
    """The help line of a form field, if it has one."""
    raise NotImplementedError


def section_title(id: str, lang: str) -> str:
    raise NotImplementedError


def option_label(list: str, code: str, lang: str) -> str:
    """Label of `code` in `list`; `iso3`, `gaz_segment` and `bcp47` included."""
    raise NotImplementedError


def check_message(id: str, lang: str) -> str:
    raise NotImplementedError


def options(list: str, lang: str) -> tuple[tuple[str, str], ...]:
    """(code, label) of every option of `list` in the order in which they are shown (countries by name)."""
    raise NotImplementedError


def country_name(iso3: str, lang: str) -> str:
    raise NotImplementedError


def segment_name(code: str, lang: str) -> str:
    raise NotImplementedError
