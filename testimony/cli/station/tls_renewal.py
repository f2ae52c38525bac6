"""`testimony tls collect|answer|give`: sign the nodes' certificate requests at headquarters, all in one go."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli import prompts
from testimony.cli.output import line

if TYPE_CHECKING:
    from testimony.services.certificates.issuance import Answered
    from testimony.services.certificates.requests import Asked

FAILED = 1
NOTHING = "no node's request waits for an answer"


def add_to(acts: Any, add_days: Callable[[Any], None]) -> None:
    """`add_days` adds the option that says how long a certificate lives."""
    _add_collect(acts)
    _add_answer(acts, add_days)
    _add_give(acts)


def _add_collect(acts: Any) -> None:
    collect = acts.add_parser(
        "collect",
        help="at central: the requests that nodes brought, in one file",
        description="Write every node's request that waits at the central server in the folder HOME into the new file "
        "REQUESTS. Take it to headquarters' own machine, to `testimony tls answer`.",
    )
    collect.add_argument("requests", metavar="REQUESTS", type=Path)
    collect.add_argument("--home", required=True, type=Path, help="the central server's folder")
    _add_again(collect)
    collect.set_defaults(run=run_collect)


def _add_answer(acts: Any, add_days: Callable[[Any], None]) -> None:
    answer = acts.add_parser(
        "answer",
        help="at headquarters: sign every request that waits",
        description="Sign, with the authority in --ca, the request of every node that is active in the roster and "
        "signed it itself; no words need be compared. With --org: the file --requests, which central collected, into "
        "the new file --answers, on a machine that is not online. With --home: what waits in central's folder, on "
        "central's machine, which holds the authority's open key while this runs. Asks for the authority's "
        "passphrase, or reads it from standard input. Exits with 1 when a request was refused.",
    )
    where = answer.add_mutually_exclusive_group(required=True)
    where.add_argument("--org", metavar="DIR", type=Path, help="the folder with root.json and rosters/")
    where.add_argument("--home", type=Path, help="the central server's folder")
    answer.add_argument("--ca", required=True, type=Path, metavar="DIR", help="the authority's folder")
    answer.add_argument("--requests", type=Path, metavar="FILE", help="with --org: what central collected")
    answer.add_argument("--answers", type=Path, metavar="FILE", help="with --org: what goes back to central")
    add_days(answer)
    _add_again(answer)
    answer.set_defaults(run=run_answer, refuse=answer.error)


def _add_give(acts: Any) -> None:
    give = acts.add_parser(
        "give",
        help="at central: what headquarters signed, for the nodes to fetch",
        description="Keep the certificates in the file ANSWERS at the central server in the folder HOME. Each node "
        "fetches its own when it synchronises, and takes it only if it fits.",
    )
    give.add_argument("answers", metavar="ANSWERS", type=Path)
    give.add_argument("--home", required=True, type=Path, help="the central server's folder")
    give.set_defaults(run=run_give)


def _add_again(act: Any) -> None:
    act.add_argument("--again", action="store_true", help="also what was answered before: a node refused the answer")


def run_collect(arguments: argparse.Namespace) -> int:
    from testimony.services.certificates import requests as certificate_requests
    from testimony.services.certificates import store as certificate_store
    from testimony.services.startup import open_station
    from testimony.sync.bundle.certificate_requests import requests_file

    with open_station(arguments.home) as station:
        waiting = certificate_requests.waiting(station, again=arguments.again)
    if not waiting:
        line("requests", NOTHING)
        return 0
    certificate_store.write_new(arguments.requests, requests_file(waiting))
    _print_asked(waiting)
    line("requests", str(arguments.requests))
    print(f"\nNext, at headquarters: testimony tls answer --org DIR --ca DIR --requests {arguments.requests.name}")
    print("--answers ANSWERS")
    return 0


def run_answer(arguments: argparse.Namespace) -> int:
    by_file = [arguments.requests, arguments.answers]
    if arguments.org is not None and (None in by_file or arguments.again):
        arguments.refuse("--org goes with --requests and --answers, and --again with --home or `tls collect`")
    if arguments.home is not None and any(by_file):
        arguments.refuse("--requests and --answers go with --org")
    return _answer_at_central(arguments) if arguments.home is not None else _answer_by_file(arguments)


def _answer_at_central(arguments: argparse.Namespace) -> int:
    from testimony.services.certificates import requests as certificate_requests
    from testimony.services.startup import open_station

    with open_station(arguments.home) as station:
        waiting = certificate_requests.waiting(station, again=arguments.again)
        if not waiting:
            line("requests", NOTHING)
            return 0
        answered = _sign(arguments, waiting)
        for one in answered:
            if one.refusal is None:
                certificate_requests.give(station, one.signed)
        print("\nEach node fetches its own when it synchronises next.")
    return FAILED if any(one.refusal for one in answered) else 0


def _answer_by_file(arguments: argparse.Namespace) -> int:
    from testimony.cli.signing.rosters import chain_of
    from testimony.errors import REFUSAL_RULES
    from testimony.services.certificates import store as certificate_store
    from testimony.services.certificates.errors import FileTaken
    from testimony.sync.bundle.certificate_requests import answers_file, read_requests

    if arguments.answers.exists():
        raise FileTaken(file=str(arguments.answers))
    asked, refused = read_requests(certificate_store.read(arguments.requests), chain_of(arguments.org))
    for name, rule in refused.items():
        line("refused", f"{name[:16]}…: {REFUSAL_RULES[rule]}")
    answered = _sign(arguments, asked) if asked else []
    signed = [one.signed for one in answered if one.refusal is None]
    if signed:
        certificate_store.write_new(arguments.answers, answers_file(signed))
        line("answers", str(arguments.answers))
        print(f"\nNext, at central: testimony tls give --home HOME {arguments.answers.name}")
    return FAILED if refused or len(signed) < len(answered) or not signed else 0


def _sign(arguments: argparse.Namespace, asked: Sequence[Asked]) -> Sequence[Answered]:
    from testimony.services.certificates import issuance
    from testimony.services.certificates import store as certificate_store

    _print_asked(asked)
    authority = certificate_store.open_authority(arguments.ca, prompts.passphrase("Passphrase of the authority"))
    answered = issuance.answer(authority, asked, now=datetime.now(UTC), days=arguments.days)
    for one in answered:
        line(one.asked.node, str(one.refusal) if one.refusal else "signed")
    return answered


def run_give(arguments: argparse.Namespace) -> int:
    from testimony.certificates.errors import CertificateRefused
    from testimony.services.certificates import requests as certificate_requests
    from testimony.services.certificates import store as certificate_store
    from testimony.services.startup import open_station
    from testimony.sync.bundle.certificate_requests import read_answers

    failed = 0
    with open_station(arguments.home) as station:
        certificate_requests.require_central(station)
        for signed in read_answers(certificate_store.read(arguments.answers)):
            try:
                line(certificate_requests.give(station, signed).node, "its certificate waits for it")
            except CertificateRefused as error:
                line("refused", str(error))
                failed = FAILED
    return failed


def _print_asked(asked: Sequence[Asked]) -> None:
    """List the nodes' requests, with the words that `tls show` prints at the node, for comparison."""
    from testimony.sealing.keys.wordlist import fingerprint_words

    for one in asked:
        names = ", ".join([one.request.name, *map(str, one.request.addresses)])
        line(one.node, f"asks for {names}: {fingerprint_words(one.request.fingerprint)}")
