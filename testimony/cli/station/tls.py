"""`testimony tls ca|node|renew|sign|install|show`: manage the organisation's own TLS certificates for nodes."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli import prompts
from testimony.cli.output import line
from testimony.cli.station import tls_renewal

if TYPE_CHECKING:
    from testimony.certificates.identity import Identity

NAME, NETWORK, HOTSPOT, LABEL = "testimony.internal", "10.42.0.0/24", "10.42.0.1", "Notes"
DAYS, MOST_DAYS = 90, 397
FAILED = 1


def add_to(commands: Any) -> None:
    what = "make and renew the certificates that phones trust"
    tls = commands.add_parser("tls", help=what, description=what.capitalize() + ".")
    acts = tls.add_subparsers(title="acts", metavar="ACT", required=True)
    _add_ca(acts)
    _add_node(acts)
    _add_sign(acts)
    _add_install(acts)
    tls_renewal.add_to(acts, _add_days)
    _add_show(acts)


def _add_ca(acts: Any) -> None:
    ca = acts.add_parser(
        "ca",
        help="at headquarters: an authority for one name and one range",
        description="Make the organisation's certificate authority in the folder DIR, at headquarters: ca.crt, which "
        "phones are told to trust, and its key under a passphrase that is shown once. It can vouch for one name and "
        "for the addresses of the hotspots, and for nothing else in the world.",
    )
    ca.add_argument("folder", metavar="DIR", type=Path)
    ca.add_argument("--name", default=NAME, help=f"the one name of all nodes (default: {NAME})")
    ca.add_argument("--range", default=NETWORK, help=f"the addresses of the hotspots (default: {NETWORK})")
    ca.add_argument("--label", default=LABEL, help=f"what phones show it as; neutral is safer (default: {LABEL})")
    ca.set_defaults(run=run_ca)


def _add_node(acts: Any) -> None:
    node = acts.add_parser(
        "node",
        help="at a node: a key, and a request for its first certificate",
        description="Make a key for the field node in the folder HOME and write a request for its certificate into "
        "the new file REQUEST. The key never leaves the node. Take REQUEST to headquarters, to `testimony tls sign`.",
    )
    node.add_argument("request", metavar="REQUEST", type=Path)
    node.add_argument("--home", required=True, type=Path, help="the field node's folder")
    node.add_argument("--name", default=NAME, help=f"the one name of all nodes (default: {NAME})")
    node.add_argument(
        "--ip", action="append", metavar="ADDRESS", help=f"the node's in its hotspot; repeatable (default: {HOTSPOT})"
    )
    node.set_defaults(run=run_node)
    renew = acts.add_parser(
        "renew",
        help="at a node: a new key, and a request that follows the certificate in force",
        description="Make a new key for the field node in the folder HOME and write a request into the new file "
        "REQUEST, for the name and the addresses of its certificate. That one stays in force until the new one is "
        "installed. A node that synchronises asks by itself in the last third of a certificate's life.",
    )
    renew.add_argument("request", metavar="REQUEST", type=Path)
    renew.add_argument("--home", required=True, type=Path, help="the field node's folder")
    renew.set_defaults(run=run_renew)


def _add_sign(acts: Any) -> None:
    sign = acts.add_parser(
        "sign",
        help="at headquarters: answer a node's request",
        description="Sign REQUEST with the authority in --ca and write what the node installs into the new file "
        "CERTIFICATE. Compare the words with those that the node showed first. Asks for the authority's passphrase, "
        "or reads it from standard input.",
    )
    sign.add_argument("request", metavar="REQUEST", type=Path)
    sign.add_argument("certificate", metavar="CERTIFICATE", type=Path)
    sign.add_argument("--ca", required=True, type=Path, metavar="DIR", help="the authority's folder")
    _add_days(sign)
    sign.set_defaults(run=run_sign)


def _add_install(acts: Any) -> None:
    install = acts.add_parser(
        "install",
        help="at a node: put a signed certificate in force",
        description="Put CERTIFICATE, which headquarters signed, in force at the field node in the folder HOME. A node "
        "that serves https takes it up by itself and drops no connection.",
    )
    install.add_argument("certificate", metavar="CERTIFICATE", type=Path)
    install.add_argument("--home", required=True, type=Path, help="the field node's folder")
    install.add_argument(
        "--new-authority", action="store_true", help="it is meant that another authority signed than before"
    )
    install.set_defaults(run=run_install)


def _add_show(acts: Any) -> None:
    show = acts.add_parser(
        "show",
        help="the authority's words, and until when a node's certificate is good",
        description="Show the words and the number of the authority, which people compare with their phones, and at a "
        "node until when its certificate is good. Exits with 1 once it has ended.",
    )
    where = show.add_mutually_exclusive_group(required=True)
    where.add_argument("--home", type=Path, help="a field node's folder")
    where.add_argument("--ca", type=Path, metavar="DIR", help="the authority's folder")
    show.set_defaults(run=run_show)


def _add_days(act: Any) -> None:
    act.add_argument("--days", type=_days, default=DAYS, metavar="N", help=f"until it ends (default: {DAYS})")


def _days(text: str) -> int:
    """A number of days as typed. Raises what `argparse` shows as a sentence."""
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= MOST_DAYS:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of days from 1 to {MOST_DAYS}")
    return int(text)


def run_ca(arguments: argparse.Namespace) -> int:
    from testimony.certificates.scope import Scope
    from testimony.services.certificates import store as certificate_store

    scope = Scope.parse(arguments.name, arguments.range)
    made = certificate_store.make_authority(arguments.folder, scope, now=datetime.now(UTC), label=arguments.label)
    _print_root(made.root_pem)
    line("passphrase", made.passphrase)
    print("\nThe passphrase is shown once and kept nowhere. Write it on paper, apart from the folder. The folder stays")
    print("at headquarters, on a machine that is not online: who has both can pose as every node.")
    print("\nNext, at each node: testimony tls node --home HOME REQUEST")
    return 0


def run_node(arguments: argparse.Namespace) -> int:
    from testimony.certificates.scope import read_address
    from testimony.services.certificates import store as certificate_store

    certificate_store.require_free(arguments.request)
    addresses = [read_address(one) for one in arguments.ip or [HOTSPOT]]
    return _write_request(arguments, certificate_store.ask(arguments.home, name=arguments.name, addresses=addresses))


def run_renew(arguments: argparse.Namespace) -> int:
    from testimony.services.certificates import store as certificate_store

    certificate_store.require_free(arguments.request)
    return _write_request(arguments, certificate_store.ask_again(arguments.home))


def _write_request(arguments: argparse.Namespace, request: bytes) -> int:
    from testimony.services.certificates import store as certificate_store

    certificate_store.write_new(arguments.request, request)
    line("request", str(arguments.request))
    line("its words", _words(certificate_store.waiting(arguments.home)))
    print(f"\nNext, at headquarters: testimony tls sign --ca DIR {arguments.request.name} CERTIFICATE")
    print("It shows the same words, or the file was exchanged on its way.")
    return 0


def run_sign(arguments: argparse.Namespace) -> int:
    from testimony.certificates.request import Request
    from testimony.services.certificates import store as certificate_store

    certificate_store.require_free(arguments.certificate)
    request = Request.parse(certificate_store.read(arguments.request))
    line("its words", _words(request.fingerprint))
    line("asks for", ", ".join([request.name, *map(str, request.addresses)]))
    authority = certificate_store.open_authority(arguments.ca, prompts.passphrase("Passphrase of the authority"))
    signed = certificate_store.sign(authority, request, now=datetime.now(UTC), days=arguments.days)
    certificate_store.write_new(arguments.certificate, signed)
    line("certificate", str(arguments.certificate))
    print("\nHand it over only if the words are those that the node showed.")
    print(f"Next, at the node: testimony tls install --home HOME {arguments.certificate.name}")
    return 0


def run_install(arguments: argparse.Namespace) -> int:
    from testimony.services.certificates import store as certificate_store

    now = datetime.now(UTC)
    held = certificate_store.install(
        arguments.home, certificate_store.read(arguments.certificate), now=now, new_authority=arguments.new_authority
    )
    _print_root(held.root_pem)
    _print_leaf(held, now)
    if held.begins > now:
        line("clock", f"this machine believes that it is {now.date()}; set it, the certificate is good later only")
    print("\nThe authority's words must be those that headquarters knows. A node that serves https goes on with it at")
    print("once; one that does not yet has to be started again.")
    return 0


def run_show(arguments: argparse.Namespace) -> int:
    from testimony.services.certificates import store as certificate_store

    if arguments.ca is not None:
        _print_root(certificate_store.read(arguments.ca / certificate_store.ROOT))
        return 0
    certificate_store.require_field(arguments.home)
    held, now = certificate_store.required(arguments.home), datetime.now(UTC)
    _print_root(held.root_pem)
    _print_leaf(held, now)
    if waiting := certificate_store.waiting(arguments.home):
        line("under way", f"a request with the words {_words(waiting)}")
    return FAILED if held.has_ended(now) else 0


def _print_root(root_pem: bytes) -> None:
    """What people compare with what their phone shows."""
    from testimony.certificates.authority import describe

    root = describe(root_pem)
    line("authority", f"{root.label}, until {root.ends.date()}, for {root.scope.name} and {root.scope.network} only")
    line("its words", _words(root.fingerprint))
    line("SHA-256", root.fingerprint)


def _print_leaf(held: Identity, now: datetime) -> None:
    left = held.days_left(now)
    line("certificate", f"for {', '.join([held.name, *map(str, held.addresses)])}")
    line("good until", f"{held.ends.date()}: " + ("it has ended" if held.has_ended(now) else f"{left} more days"))


def _words(fingerprint: str) -> str:
    from testimony.sealing.keys.wordlist import fingerprint_words

    return fingerprint_words(fingerprint)
