"""The doors for real phones of `testimony demo --phones`: which address and ports, and what a phone is shown."""

from __future__ import annotations

import argparse
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from testimony.cli.serve import https
from testimony.cli.serve.listener import listen
from testimony.platform import networks

if TYPE_CHECKING:
    from testimony.web.tour.roles import Phone

FIND = "find"
PRIVATE = tuple(
    map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8"))
)
"""What `--phones` means without an address."""
SHUT = ("--https-port", str(https.OFF))
"""For a node that serves this machine alone, even where it has a certificate of an earlier start."""


def add_to(demo: argparse.ArgumentParser) -> None:
    demo.add_argument(
        "--phones",
        nargs="?",
        type=private_address,
        const=FIND,
        metavar="ADDRESS",
        help="serve the field node to phones too, at this computer's ADDRESS in a private network (default: found)",
    )


def is_private(address: ipaddress.IPv4Address) -> bool:
    """Whether one network alone reaches `address`. Python's `is_private` also takes 0.0.0.0, which is every network."""
    return any(address in network for network in PRIVATE)


def private_address(text: str) -> str:
    """An IPv4 address of a private network as typed. Raises what `argparse` shows as a sentence."""
    if text == FIND:
        return text
    refusal = argparse.ArgumentTypeError(f"{text!r} is not an address of a private network, such as 192.168.1.5")
    try:
        private = is_private(ipaddress.IPv4Address(text))
    except ValueError as cause:
        raise refusal from cause
    if not private:
        raise refusal
    return text


@dataclass(frozen=True, kw_only=True)
class Doors:
    """`secure`: the port of https; `guide`: of the help pages."""

    address: ipaddress.IPv4Address
    secure: int
    guide: int

    @classmethod
    def choose(cls, asked: str, first_port: int) -> Doors:
        """Two ports from `first_port` on, which are free. Raises `NoPrivateNetwork`, `PortTaken`, `AddressUnusable`."""
        from testimony.services.demo.errors import NoPrivateNetwork

        found = networks.own_address() if asked == FIND else asked
        if not found or not is_private(address := ipaddress.IPv4Address(found)):
            raise NoPrivateNetwork  # a public address would show the demonstration to everybody
        made = cls(address=address, secure=first_port, guide=first_port + 1)
        for port in (made.secure, made.guide):
            listen(found, port).close()
        return made

    @property
    def options(self) -> Sequence[str]:
        """For `testimony serve field`."""
        ports = ("--https-port", str(self.secure), "--help-port", str(self.guide))
        return ("--tls", "--host", str(self.address), *ports)

    def open(self, home: Path) -> Phone:
        """Give the node in `home` its certificate, and return what the start page shows."""
        from testimony.certificates.authority import describe
        from testimony.sealing.keys.wordlist import fingerprint_words
        from testimony.services.demo import phones
        from testimony.web.tour.roles import Phone

        held = phones.certify(home, self.address, now=datetime.now(UTC))
        return Phone(
            guide=f"http://{self.address}:{self.guide}/",
            interview=https.address_of(held.host, self.secure),
            words=tuple(fingerprint_words(held.fingerprint).split()),
            authority=describe(held.root_pem).label,
        )
