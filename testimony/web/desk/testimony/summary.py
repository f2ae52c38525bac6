"""A summary of the interview: who was present, who interpreted, what was explained, and with which script."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from testimony.domain.consent import guards
from testimony.errors import N_
from testimony.questionnaire.consent_scripts import Script, told_items
from testimony.web.desk.consent import consent
from testimony.web.text import consent_labels, labels, sentence_states
from testimony.web.text.labels import Line, Words

TITLES = {
    "cs_present": N_("Who was there"),
    "interpreter": N_("Interpreter"),
    "cs_mode": N_("How they agreed"),
    "told": N_("What they were told"),
    "taught": N_("Said back in their own words"),
    "wording": N_("In which words"),
    "cs_capacity": N_("Signs that they could not decide freely"),
    "cs_incentive": N_("What was given"),
    "cs_age": N_("Age"),
}
SAID = frozenset({*TITLES, "cs_int_relation", "cs_int_gender", "interpreter_oath"})
"""The fields of the consent that the summary says: the page says them nowhere else."""


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One thing. `tone`: good, warn (look at it), none (it was not written down). `more`: ids in words that lack."""

    field: str
    title: str
    values: tuple[Words, ...]
    tone: str
    more: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Glance:
    """`obstacles`: sentences for what would refuse a yes today, by the rules of the interview."""

    facts: list[Fact]
    obstacles: list[str]


def glance(content: Mapping[str, Any], lang: str) -> Glance:
    """Out of the consent compartment, which a phone may have filled with anything."""
    found = labels.circumstances(content, lang)
    lines = {line.field: line for line in found.lines}
    script = Script.load("en")
    told = _codes(content.get("told"))
    to_tell = told_items(content)
    lacking = [consent_labels.TOLD.get(item, item) for item in to_tell if item not in told]
    answers = content.get("teach_back")
    taught = answers if isinstance(answers, Mapping) else {}
    unclear = [
        consent_labels.TEACH_BACK.get(one.id, one.id) for one in script.teach_back if taught.get(one.id) != "understood"
    ]
    facts = [
        _fact("cs_present", lines.get("cs_present"), bad="officer" in _codes(content.get("present"))),
        _interpreter(content, lines, lang),
        _fact("cs_mode", lines.get("cs_mode")),
        _counted("told", len(to_tell), lacking, lang),
        _counted("taught", len(script.teach_back), unclear, lang),
        _wording(content, lang),
        _fact("cs_capacity", lines.get("cs_capacity"), bad=_codes(content.get("capacity")) != ["none"]),
        _fact("cs_incentive", lines.get("cs_incentive"), bad=content.get("incentive") not in guards.ALLOWED_INCENTIVES),
        _fact("cs_age", lines.get("cs_age"), bad=content.get("age") not in ("adult", None)),
    ]
    return Glance(facts=facts, obstacles=_obstacles(content, to_tell))


def _obstacles(content: Mapping[str, Any], told: tuple[str, ...]) -> list[str]:
    try:
        codes = guards.obstacles(content, "P01", told)
    except (AttributeError, TypeError):  # of shapes that no phone of ours makes
        codes = ("not_recorded",)
    return [str(_(guards.OBSTACLES[code])) for code in codes]


def _fact(field: str, line: Line | None, *, bad: bool = False) -> Fact:
    if line is None or not line.values:
        return Fact(field=field, title=_title(field), values=(), tone="none")
    return Fact(field=field, title=_title(field), values=line.values, tone="warn" if bad else "good")


def _interpreter(content: Mapping[str, Any], lines: Mapping[str, Line], lang: str) -> Fact:
    said = content.get("interpreter")
    helper = said if isinstance(said, Mapping) else {}
    if not isinstance(helper.get("used"), bool):
        return Fact(field="interpreter", title=_title("interpreter"), values=(), tone="none")
    if not helper["used"]:
        return Fact(
            field="interpreter", title=_title("interpreter"), values=_own(lang, _("nobody interpreted")), tone="good"
        )
    named = [lines[name] for name in ("cs_int_relation", "cs_int_gender") if name in lines]
    values = [each for line in named for each in line.values]
    promised = helper.get("oath") is True
    values += _own(lang, _("promised to say everything") if promised else _("did not promise to say everything"))
    officer = helper.get("officer") is not False
    values += _own(lang, _("an officer, or nobody said that it was none")) if officer else ()
    tone = "good" if promised and not officer else "warn"
    return Fact(field="interpreter", title=_title("interpreter"), values=tuple(values), tone=tone)


def _counted(field: str, of: int, lacking: list[str], lang: str) -> Fact:
    words = _("%(said)s of %(all)s", said=of - len(lacking), all=of)
    more = tuple(str(_(one)) for one in lacking)
    tone = "warn" if lacking else "good"
    return Fact(field=field, title=_title(field), values=_own(lang, words), tone=tone, more=more)


def _wording(content: Mapping[str, Any], lang: str) -> Fact:
    said = content.get("script")
    script = said if isinstance(said, Mapping) else {}
    spoken = script.get("lang")
    if not isinstance(spoken, str):
        return Fact(field="wording", title=_title("wording"), values=(), tone="none")
    sha, known = consent.wording(content)
    draft = script.get("draft") is not False
    values = [
        labels.language(spoken),
        Words(f"{script.get('id', '')} {script.get('version', '')}".strip(), "und", "ltr"),
    ]
    values += [Words(sha, "und", "ltr")] if sha else []
    state = sentence_states.of_script(script)
    values += _own(lang, state) if state else ()
    values += () if known else _own(lang, _("not a wording of this program"))
    return Fact(
        field="wording", title=_title("wording"), values=tuple(values), tone="good" if known and not draft else "warn"
    )


def _own(lang: str, words: str) -> tuple[Words, ...]:
    return (Words(str(words), lang, "auto"),)


def _title(field: str) -> str:
    return str(_(TITLES[field]))


def _codes(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
