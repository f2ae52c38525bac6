"""Give the demonstration's field node a certificate for its address in a network, so that a real phone can open it."""

from __future__ import annotations

import ipaddress
from datetime import datetime
from pathlib import Path
from typing import Final

from testimony.certificates.authority import Authority
from testimony.certificates.identity import Identity
from testimony.certificates.request import Request
from testimony.certificates.scope import DEMONSTRATION, Scope
from testimony.services.certificates import store as certificate_store

LABEL: Final = "Demonstration"
"""What a phone shows among its authorities, so that people find it again and remove it."""


def certify(home: Path, address: ipaddress.IPv4Address, *, now: datetime) -> Identity:
    """The certificate of the node in `home` for `address`: the one in force, or a new one where that is of another
    address or ends within three weeks.

    The authority's key is never written and is gone when this returns, so a phone that trusts the authority trusts
    nobody but this node at this address. Raises what `certificates.store.ask` and `install` do.
    """
    held = certificate_store.installed(home)
    if held is not None and list(held.addresses) == [address] and held.days_left(now) >= certificate_store.SOON:
        return held
    scope = Scope(name=DEMONSTRATION, network=ipaddress.ip_network(address))
    authority = Authority.create(scope, now=now, label=LABEL)
    request = Request.parse(certificate_store.ask(home, name=scope.name, addresses=[address]))
    signed = certificate_store.sign(authority, request, now=now)
    return certificate_store.install(home, signed, now=now, new_authority=True)
