"""Formats numbers in sentences with the digits of the page's language."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from flask import Flask
from flask_babel import Babel, Domain, get_locale, get_translations
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from testimony.catalogues import one_stop
from testimony.domain.testimony.languages import comma_of, in_own_digits


class NumberedDomain(Domain):  # type: ignore[misc]  # Flask-Babel says nothing of its types
    """The catalogue of sentences; numbers among their variables are written in the language's digits."""

    def gettext(self, string: str, **variables: Any) -> str:
        sentence = self.get_translations().ugettext(string)
        return filled(sentence, variables) if variables else str(sentence)

    def ngettext(self, singular: str, plural: str, num: int, **variables: Any) -> str:
        return filled(self.get_translations().ungettext(singular, plural, num), {"num": num, **variables})


class NumberedBabel(Babel):  # type: ignore[misc]
    """Flask-Babel with numbers written so in what programs say and in what templates say."""

    @cached_property
    def domain_instance(self) -> NumberedDomain:
        return NumberedDomain(domain=self.domain)

    def init_app(self, app: Flask, *args: Any, **settings: Any) -> None:
        super().init_app(app, *args, **settings)
        app.jinja_env.globals.update(gettext=_gettext, ngettext=_counted, comma=comma)
        app.jinja_env.filters.update(digits=digits, series=series)


def digits(value: object) -> str:
    """`value` as text, its Western digits in those of the page's language."""
    locale = get_locale()
    return str(value) if locale is None else in_own_digits(str(value), locale.language)


def comma() -> str:
    """The comma of the page's language, with the blank after it."""
    locale = get_locale()
    return comma_of("en" if locale is None else locale.language)


def series(values: Iterable[object]) -> str:
    """`values` one after the other, numbers in the digits and with the comma of the page's language."""
    return comma().join(digits(one) if isinstance(one, int) else str(one) for one in values)


def filled(sentence: str, variables: dict[str, Any]) -> str:
    """`sentence`, a %-format, with its variables put in; digits in words among them stay as they are.

    A `Markup` stays one, and escapes what is put in.
    """
    numbers = {name: digits(value) for name, value in variables.items() if isinstance(value, int)}
    for name in numbers:
        sentence = sentence.replace(f"%({name})d", f"%({name})s")
    said = sentence % (variables | numbers)
    return Markup(one_stop(said)) if isinstance(said, Markup) else one_stop(said)  # noqa: S704  it was one before


@pass_context
def _gettext(context: Context, sentence: str, /, **variables: Any) -> str:
    """`gettext` of templates: there each sentence is a format, with variables and without."""
    return filled(_markup(context, get_translations().ugettext(sentence)), variables)


@pass_context
def _counted(context: Context, singular: str, plural: str, num: int, /, **variables: Any) -> str:
    """`ngettext` of templates."""
    sentence = get_translations().ungettext(singular, plural, num)
    return filled(_markup(context, sentence), {"num": num, **variables})


def _markup(context: Context, sentence: str) -> str:
    """The sentence is the catalogue's, as Jinja itself takes it."""
    return Markup(sentence) if context.eval_ctx.autoescape else sentence  # noqa: S704
