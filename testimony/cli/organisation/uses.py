"""`testimony roster add-use`: a new case or another use that witnesses are asked about, in the next roster."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from testimony.cli.output import line

ENGLISH = "en"


def add_to(acts: Any, add_signing: Callable[[Any], None]) -> None:
    """The act. Its options are the fields of central's page *New case or use*."""
    use = acts.add_parser(
        "add-use",
        help="a case, a mandate, a clinic, a partner that witnesses are asked about",
        description="Sign the next roster, in which witnesses are asked about one use more, and write its trust "
        "bundle. PURPOSE is the code of docs/consent.md: P09 a complaint or a court, P08a a case before the United "
        "Nations, P05 a service such as a clinic, P10 a partner network, P12 journalists, P14 a tracing service, P15 "
        "another organisation; P02, P03, P11, P13 and P16 are the organisation's own and have no name. Everybody with "
        "a phone or station of the organisation can read what the roster says of a case.",
    )
    use.add_argument("purpose", metavar="PURPOSE")
    use.add_argument("--name", metavar="[LANG=]TEXT", nargs="+", default=[], help="as witnesses hear it (en: English)")
    use.add_argument("--months", default="", metavar="N", help="how long a yes holds (default: the usual time)")
    use.add_argument("--also", nargs="+", default=[], metavar="PURPOSE", help="with P08a: P08b, P08c, P08d")
    use.add_argument("--body", default="", metavar="TEXT", help="of a case: the court or the United Nations body")
    use.add_argument("--application", default="", metavar="TEXT", help="of a case: its number")
    use.add_argument("--state", default="", metavar="ISO3", help="of a case: the respondent State, such as HRV")
    use.add_argument("--deadline", default="", metavar="DATE", help="of a case: the next one, as YYYY-MM-DD")
    use.add_argument("--deadline-past", action="store_true", help="the deadline is over, and that is right")
    use.add_argument("--lawyer", nargs="+", default=[], metavar="ID", help="of a case: who works on it")
    add_signing(use)
    use.set_defaults(run=run_add_use)


def run_add_use(arguments: argparse.Namespace) -> int:
    from testimony.cli.signing.rosters import chain_of, sign_next
    from testimony.services.roster import changes as roster_changes
    from testimony.services.roster import diff as roster_diff
    from testimony.services.roster import uses

    chain = chain_of(arguments.org)
    before, today = chain.latest, datetime.now(UTC).date()
    _recipient, new = uses.made(chain.rosters, [], _typed(arguments), today)
    draft = roster_changes.renew(before)
    uses.add(draft, new)
    bundle = sign_next(arguments, chain, draft)
    for change in roster_diff.changes(before, chain.latest):
        line("changes", change.say())
    print(f"\nNext, at central, from which the others get it: testimony station update {bundle} --home HOME")
    print("Phones ask it once their node has synchronised and they are signed in again.")
    return 0


def _typed(arguments: argparse.Namespace) -> Any:
    from testimony.services.roster.uses import NewUse

    return NewUse(
        purpose=arguments.purpose,
        names=dict(_named(text) for text in arguments.name),
        months=arguments.months,
        also=tuple(arguments.also),
        body=arguments.body.strip(),
        application=arguments.application.strip(),
        state=arguments.state,
        deadline=arguments.deadline,
        past=arguments.deadline_past,
        lawyers=tuple(arguments.lawyer),
    )


def _named(text: str) -> tuple[str, str]:
    """The language and the name of `LANG=TEXT`; English where there is no language of consent before the sign."""
    from testimony.domain.testimony.languages import SCRIPTS

    lang, sign, name = text.partition("=")
    return (lang, name.strip()) if sign and lang in SCRIPTS else (ENGLISH, text.strip())
