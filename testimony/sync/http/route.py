"""The configured route to central: proxy, trusted certificates, bandwidth limit."""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined]  # documented nowhere, kept for ever

from testimony.errors import SettingUnusable
from testimony.services.certificates.errors import FileUnreadable
from testimony.settings import PREFIX, Settings

NO_PROXY: Final = "none"
OWN: Final = frozenset({"localhost", "127.0.0.1", "::1"})
"""This machine itself, which a proxy cannot reach."""


@dataclass(frozen=True)
class Proxy:
    """An http proxy without its credentials, which are apart so that no address that is shown or logged holds them."""

    url: str
    credentials: str = ""  # name:password


@dataclass(frozen=True, kw_only=True)
class Way:
    """How a station may use the network; without arguments: directly, by the system's authorities, without a limit."""

    proxy: str = NO_PROXY
    authorities: Path | None = None
    bytes_per_second: int = 0

    @classmethod
    def from_settings(cls, settings: Settings) -> Way:
        """What the settings of a station say."""
        authorities = settings.home / settings.central_ca if settings.central_ca else None
        return cls(proxy=settings.proxy, authorities=authorities, bytes_per_second=settings.bytes_per_second)

    def proxy_to(self, url: str, environment: Mapping[str, str] = os.environ) -> Proxy | None:
        """The proxy for `url`: the setting's, else HTTPS_PROXY, HTTP_PROXY or ALL_PROXY unless NO_PROXY names the host.

        Raises `SettingUnusable`.
        """
        parts = urlsplit(url)
        if self.proxy == NO_PROXY or parts.hostname in OWN:
            return None
        if self.proxy:
            return _proxy(self.proxy, "proxy")
        said = {name.lower(): value for name, value in environment.items() if name.lower().endswith("_proxy") and value}
        given = said.get(f"{parts.scheme}_proxy") or said.get("all_proxy")
        if not given or proxy_bypass_environment(parts.netloc.rpartition("@")[2], {"no": said.get("no_proxy", "")}):
            return None
        return _proxy(given if "://" in given else f"http://{given}", f"{parts.scheme.upper()}_PROXY")

    def tls(self) -> ssl.SSLContext:
        """What central's certificate is checked with. With `authorities` the system's are not believed.

        Raises `FileUnreadable` where they cannot be read.
        """
        try:
            return ssl.create_default_context(cafile=self.authorities)
        except OSError as error:  # ssl.SSLError among it
            raise FileUnreadable(file=str(self.authorities)) from error


def _proxy(given: str, setting: str) -> Proxy:
    parts = _split(given)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SettingUnusable(setting=setting if setting.isupper() else f"{setting} ({PREFIX}{setting.upper()})")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    port = f":{parts.port}" if parts.port else ""
    credentials = f"{unquote(parts.username)}:{unquote(parts.password or '')}" if parts.username else ""
    return Proxy(f"{parts.scheme}://{host}{port}", credentials)


def _split(given: str) -> SplitResult | None:
    try:
        parts = urlsplit(given)
        return parts if parts.port is None or parts.port else None
    except ValueError:  # a port that is none, half an IPv6 address
        return None
