"""The scope of a certificate authority: one shared host name and the address range of its hotspots."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography import x509

from testimony.certificates.errors import CertificateRefused

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

NAME = "testimony.internal"  # .internal is reserved for private networks (ICANN, 2024): no stranger can own it
NETWORK = "10.42.0.0/24"  # what NetworkManager gives a shared connection
HOTSPOT = "10.42.0.1"
DEMONSTRATION = "demonstration.internal"  # no name server knows it: phones open the address beside it
LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
LONGEST = 64  # characters: what a common name may hold (RFC 5280, ub-common-name)


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The names that the critical name constraints of an authority permit."""

    name: str
    network: Network

    @classmethod
    def parse(cls, name: str = NAME, network: str = NETWORK) -> Scope:
        """Raises `CertificateRefused` ("scope")."""
        try:
            return cls(name=read_name(name), network=ipaddress.ip_network(network))
        except ValueError as error:
            raise CertificateRefused("scope", said=network) from error

    @classmethod
    def from_authority(cls, authority: x509.Certificate) -> Scope:
        """What the constraints of `authority` say. Raises `CertificateRefused` ("certificate")."""
        try:
            found = authority.extensions.get_extension_for_class(x509.NameConstraints)
            names = [one.value for one in found.value.permitted_subtrees or () if isinstance(one, x509.DNSName)]
            ranges = [one.value for one in found.value.permitted_subtrees or () if isinstance(one, x509.IPAddress)]
            ((name,), (network,)) = names, ranges
        except (x509.ExtensionNotFound, ValueError) as error:
            raise CertificateRefused("certificate") from error
        if not found.critical or not isinstance(network, ipaddress.IPv4Network | ipaddress.IPv6Network):
            raise CertificateRefused("certificate")
        return cls(name=name, network=network)

    def constraints(self) -> x509.NameConstraints:
        """As an extension."""
        return x509.NameConstraints([x509.DNSName(self.name), x509.IPAddress(self.network)], None)

    def require(self, names: Iterable[str], addresses: Iterable[Address]) -> None:
        """Raise `CertificateRefused` ("names") unless it is the one name, and every address is of the range."""
        strange = [one for one in names if one != self.name]
        strange += [str(one) for one in addresses if one not in self.network]
        if strange or self.name not in names:
            asked = ", ".join(strange) or "no name"
            raise CertificateRefused("names", asked=asked, name=self.name, network=str(self.network))


def read_name(text: str) -> str:
    """`text` as a host name in small letters. Raises `CertificateRefused` ("scope")."""
    name = text.lower()
    if len(name) > LONGEST or "." not in name or not all(LABEL.fullmatch(label) for label in name.split(".")):
        raise CertificateRefused("scope", said=text)
    return name


def read_address(text: str) -> Address:
    """`text` as an IP address. Raises `CertificateRefused` ("scope")."""
    try:
        return ipaddress.ip_address(text)
    except ValueError as error:
        raise CertificateRefused("scope", said=text) from error


def alternative_names(name: str, addresses: Iterable[Address]) -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName([x509.DNSName(name), *map(x509.IPAddress, addresses)])


def names_in(extensions: x509.Extensions) -> tuple[list[str], list[Address]]:
    """The names and addresses under subject alternative names; raises ValueError where there are others or none."""
    try:
        found = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound as error:
        raise ValueError from error
    addresses = [one for one in found.get_values_for_type(x509.IPAddress) if isinstance(one, Address)]
    names = found.get_values_for_type(x509.DNSName)
    if len(names) + len(addresses) != len(list(found)):
        raise ValueError
    return names, addresses
