"""Numbers in sentences are written as the language of the page writes them; words, names and codes stay as they are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask, g, render_template_string
from flask_babel import gettext, ngettext

from testimony.web.text import i18n, labels, numerals, quantities


@pytest.fixture(params=["fa", "ar", "en"])
def lang(request: pytest.FixtureRequest) -> Iterator[str]:
    app = Flask("numbers")
    i18n.register(app, "field")
    with app.test_request_context():
        g.lang = request.param
        yield request.param


def _own(lang: str, text: str) -> str:
    return text.translate({ord("0") + value: 0x6F0 + value for value in range(10)}) if lang == "fa" else text


def test_a_number_among_the_variables_is_written_so_and_a_word_with_digits_is_not(lang: str) -> None:
    said = gettext("Entries in central's log: %(number)s. Their six words:", number=1204)
    assert _own(lang, "1204") in said
    assert "bundle-7" in gettext("bundle %(name)s", name="bundle-7")


def test_a_counted_sentence_does_too_and_keeps_its_plural(lang: str) -> None:
    assert ngettext("about %(num)d minute", "about %(num)d minutes", 15) != ngettext("about %(num)d minute", "", 1)
    assert _own(lang, "15") in ngettext("about %(num)d minute", "about %(num)d minutes", 15)
    assert _own(lang, "15") in quantities.about(15 * 60)


def test_templates_do_and_still_escape(lang: str) -> None:
    page = render_template_string("{{ _('%(n)s of %(all)s %(who)s', n=3, all=12, who='<b>4') }}{{ 5 | digits }}")
    assert page == f"{_own(lang, '3')} of {_own(lang, '12')} &lt;b&gt;4{_own(lang, '5')}"
    counted = render_template_string("{{ ngettext('about %(num)d minute', 'about %(num)d minutes', 30) }}")
    assert _own(lang, "30") in counted
    assert render_template_string("{{ _('100 %%') }}") == "100 %"


def test_sizes_and_days_do(lang: str) -> None:
    assert _own(lang, "12") in quantities.amount(12_000_000)
    assert labels.day("2026-11-07").startswith(_own(lang, "7"))
    assert labels.day("about 1999") == "about 1999"


@pytest.mark.parametrize(
    ("tongue", "month"),
    [("pl", "styczeń 2026"), ("el", "Ιανουάριος 2026"), ("hr", "siječanj 2026."), ("en", "January 2026")],
)
def test_a_month_without_a_day_has_the_form_that_stands_alone(tongue: str, month: str) -> None:
    app = Flask("numbers")
    i18n.register(app, "desk")
    with app.test_request_context():
        g.lang = tongue
        assert labels.day("2026-01") == month


def test_a_month_in_a_table_is_short_and_anything_else_stays(lang: str) -> None:
    assert _own(lang, "2026") in labels.month_in_table("2026-09")
    assert labels.month_in_table("2026") == "2026"
    assert labels.month_in_table("") == ""


@pytest.mark.parametrize(
    ("tongue", "day"), [("hr", "18. veljače 2027."), ("sr", "18. фебруара 2027."), ("bs", "18. februara 2027.")]
)
def test_a_sentence_that_a_day_ends_has_one_full_stop(tongue: str, day: str) -> None:
    app = Flask("days")
    i18n.register(app, "central")
    sentence = "Roster number %(number)s is in force, until %(day)s."
    with app.test_request_context():
        g.lang = tongue
        assert labels.day("2027-02-18") == day
        page = render_template_string("{{ _(said, number=1, day=day) }}", said=sentence, day=day)
        for said in (gettext(sentence, number=1, day=day), page):
            assert day in said
            assert ".." not in said


def test_what_stands_in_a_row_has_the_comma_of_the_page(lang: str) -> None:
    wanted = ", " if lang == "en" else "، "
    assert numerals.comma() == wanted
    assert render_template_string("{{ comma() }}") == wanted
    assert numerals.series(["a", 2]) == f"a{wanted}{_own(lang, '2')}"
