"""A station's settings: role, name, port, central's address and how to connect to it."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from testimony.errors import BucketMisplaced, HomeMissing, SettingsDamaged, SettingsNewer, SettingUnusable
from testimony.platform import files

VERSION = "testimony/1/station"
NEWER = re.compile(r"testimony/(?!1/)[1-9][0-9]*/station", re.ASCII)
FILE = "station.json"
ROLES = ("field", "central", "desk")
TEXTS = (
    "name",
    "central_url",
    "key_file",
    "database_url",
    "proxy",
    "central_ca",
    "monitor_host",
    "public_url",
    "trusted_proxy",
    "parts_url",
    "parts_endpoint",
    "parts_region",
    "mail_host",
    "mail_security",
    "mail_user",
    "mail_password_file",
    "mail_ca",
    "mail_from",
    "mail_to",
    "mail_language",
    "timestamp_url",
    "timestamp_roots",
    "security_contact",
)
ADDRESS = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?"
FORMS = {
    "trusted_proxy": re.compile(r"([0-9]{1,3}(\.[0-9]{1,3}){3}|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]{1,44})?"),
    "parts_url": re.compile(r"(s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9_-][A-Za-z0-9._-]*)*/?)?"),
    "parts_endpoint": re.compile(
        r"(https?://([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?/?)?"
    ),
    "parts_region": re.compile(r"[A-Za-z0-9-]*"),
    "mail_host": re.compile(r"([A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?)?"),
    "mail_security": re.compile(r"starttls|tls"),
    "mail_user": re.compile(r"[\x21-\x7e]{0,255}"),
    "mail_from": re.compile(f"({ADDRESS})?"),
    "mail_to": re.compile(f"({ADDRESS}( *, *{ADDRESS}){{0,19}})?"),
    "security_contact": re.compile(
        rf"(mailto:{ADDRESS}|tel:\+[0-9-]{{3,20}}"
        r"|https://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?(/[A-Za-z0-9._~/%+-]{0,200})?)?"
    ),
    "mail_language": re.compile(r"en|fr|es|ar|fa"),
    "timestamp_url": re.compile(
        r"(https?://([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?"
        r"(/[A-Za-z0-9._~/%+-]{0,200})?)?"
    ),
}
"""None of them has room for a name and a password: what opens a bucket stands in the environment alone."""
SWITCHES = ("demonstration", "metered", "sync_when_asked")
SLOWEST = 256
"""Bytes a second below which no limit is set: a request would outlast every patience."""
NUMBERS = {
    "port": range(65536),
    "bytes_per_second": range(10**9),
    "kept_days": range(1, 3651),
    "monitor_port": range(65536),
    "quota_records": range(1, 10**15),
    "quota_bytes": range(1, 10**15),
    "mail_port": range(1, 65536),
    "backup_days": range(3651),
    "unseen_days": range(3651),
}
FILES = ("mail_password_file", "mail_ca", "timestamp_roots")
SINCE = ("proxy", "central_ca", "monitor_host", "public_url", "metered", "sync_when_asked")
LATER = frozenset({*SINCE, *FILES, *FORMS, *NUMBERS} - {"port"})
"""Written only where they were set, so that an older program still reads the file."""
SWITCHED = {"1": True, "yes": True, "on": True, "0": False, "no": False, "off": False}
PREFIX = "TESTIMONY_"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """`home`/station.json with the overrides of TESTIMONY_CENTRAL_URL, _PORT, _METERED and so on: docs/running.md.

    TESTIMONY_STICK_FOLDER is never saved: the machine decides where its sticks appear.
    """

    home: Path
    role: str  # field | central | desk
    name: str
    port: int = 8401
    central_url: str = ""
    demonstration: bool = False
    key_file: str = ""  # a desk's key file; empty elsewhere
    database_url: str = ""  # empty: SQLite in `home`
    stick_folder: str = ""  # besides what is mounted where sticks are
    quota_records: int = 10_000  # that central takes from one station in a day; withdrawals always
    quota_bytes: int = 8 * 2**30
    proxy: str = ""  # http://[name:password@]host:port, "none"; empty: what HTTPS_PROXY and NO_PROXY say
    central_ca: str = ""  # a PEM file, from `home`: the only authorities believed for central; empty: the system's
    metered: bool = False  # text and withdrawals go, recordings and pictures wait
    sync_when_asked: bool = False  # a desk: only when its reader presses the button; else by itself too
    bytes_per_second: int = 0  # of all that goes and comes; 0: no limit
    kept_days: int = 30  # for which a node keeps what central signed for
    monitor_host: str = "127.0.0.1"
    public_url: str = ""  # https://name[:port] under which people open central's pages; empty: this machine alone
    trusted_proxy: str = ""  # the address of a proxy before this station: its X-Forwarded-For says who the client is
    monitor_port: int = 0  # of /health and /metrics; 0: they are not there
    parts_url: str = ""  # at central: s3://bucket/prefix, where bodies are; empty: in `home`
    parts_endpoint: str = ""  # of the object store, http or https; empty: what AWS_ENDPOINT_URL says, else Amazon's
    parts_region: str = ""  # empty: what AWS_REGION says, else us-east-1
    backup_days: int = 7  # after which central asks for another backup; 0: it never asks
    mail_host: str = ""  # at central: the server that takes alarms by e-mail; empty: none goes
    mail_port: int = 587
    mail_security: str = "starttls"  # or "tls" from the first byte; there is no third
    mail_user: str = ""  # empty: the server asks for none
    mail_password_file: str = ""  # from `home`; or TESTIMONY_MAIL_PASSWORD in the environment, and never in this file
    mail_ca: str = ""  # a PEM file, from `home`: the only authorities believed for the mail server; empty: the system's
    mail_from: str = ""
    mail_to: str = ""  # one address, or several with commas; each gets an e-mail of its own
    mail_language: str = "en"
    timestamp_url: str = ""  # at central: a time stamp authority (RFC 3161), http or https; empty: none is asked
    unseen_days: int = 3  # after which central says that no stamp, or no cosignature, comes; 0: it never does
    timestamp_roots: str = ""  # a PEM file, from `home`: the only roots that its stamps are believed by
    security_contact: str = ""  # mailto:, https: or tel:, for who finds a weakness here; empty: not said

    @classmethod
    def load(cls, home: Path, environment: Mapping[str, str] = os.environ) -> Settings:
        """Raises `HomeMissing`, `SettingsDamaged`, `SettingsNewer`, `BucketMisplaced`."""
        file = home / FILE
        if not file.is_file():
            raise HomeMissing(folder=str(home))
        try:
            value = json.loads(file.read_text("utf-8"))
            settings = cls(home=home, **_checked(value))
        except (OSError, ValueError, TypeError) as error:
            raise SettingsDamaged(file=str(file)) from error
        settings = settings._overridden(environment)
        if settings.parts_url and settings.role != "central":
            raise BucketMisplaced
        return settings

    def save(self) -> None:
        """Write `home`/station.json: after a power cut the old or the new one is there, whole."""
        value: dict[str, Any] = {"v": VERSION, "role": self.role}
        for name in (*TEXTS, *NUMBERS, *SWITCHES):
            if name not in LATER or getattr(self, name) != getattr(Settings, name):
                value[name] = getattr(self, name)
        new = self.home / f"{FILE}.new"
        with new.open("w", encoding="utf-8") as file:
            file.write(_text(value))
            file.flush()
            files.sync(file.fileno())
        files.replace(new, self.home / FILE)

    @property
    def database(self) -> str:
        """The SQLAlchemy URL of the station's database."""
        return self.database_url or f"sqlite:///{self.home / 'testimony.db'}"

    def _overridden(self, environment: Mapping[str, str]) -> Settings:
        """The environment wins over the file, so that a service unit can set what the machine decides."""
        said: dict[str, Any] = {}
        for name in (*TEXTS, *NUMBERS, "metered"):
            given = environment.get(PREFIX + name.upper())
            if given is not None:
                said[name] = _read(name, given)
        return replace(self, **said, stick_folder=environment.get(PREFIX + "STICK_FOLDER", ""))


def without_address(data: bytes) -> bytes:
    """station.json without the address of its database, which may hold a password. As it is where it names none."""
    value = json.loads(data)
    return _text({**value, "database_url": ""}).encode() if value.get("database_url") else data


def _text(value: dict[str, Any]) -> str:
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _read(name: str, given: str) -> Any:
    """A setting as the environment gives it. Raises `SettingUnusable`."""
    setting = PREFIX + name.upper()
    if name in TEXTS:
        if not _is_form(name, given):
            raise SettingUnusable(setting=setting)
        return given
    if name in SWITCHES:
        if given.lower() not in SWITCHED:
            raise SettingUnusable(setting=setting)
        return SWITCHED[given.lower()]
    if not given.isascii() or not given.isdigit() or len(given) > 15 or not _is_fit(name, int(given)):
        raise SettingUnusable(setting=setting)
    return int(given)


def _is_form(name: str, given: str) -> bool:
    if name not in FORMS:
        return True
    try:
        return FORMS[name].fullmatch(given) is not None and (urlsplit(given).port or 0) < 65536
    except ValueError:
        return False


def _is_fit(name: str, number: int) -> bool:
    too_slow = name == "bytes_per_second" and 0 < number < SLOWEST
    return number in NUMBERS[name] and not too_slow


def _checked(value: Any) -> dict[str, Any]:
    """The fields of station.json. Raises `ValueError` for what is none, `SettingsNewer`, and `SettingUnusable` for a
    value that is wrong.
    """
    if isinstance(value, dict) and NEWER.fullmatch(str(value.get("v"))):
        raise SettingsNewer
    if not isinstance(value, dict) or value.get("v") != VERSION or value.get("role") not in ROLES:
        raise ValueError
    fields = {key: item for key, item in value.items() if key not in ("v", "stick_folder")}
    for name, item in fields.items():
        fits = (
            isinstance(item, str) and _is_form(name, item)
            if name in TEXTS
            else type(item) is bool
            if name in SWITCHES
            else name not in NUMBERS or (type(item) is int and _is_fit(name, item))
        )
        if not fits:
            raise SettingUnusable(setting=name) if name in LATER else ValueError
    return fields
