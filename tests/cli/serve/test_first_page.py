"""`serve field --first-page`: a node is made, admitted and certified by its pages alone, and then serves phones."""

from __future__ import annotations

import re
import ssl
import urllib.request
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from http.client import HTTPConnection
from http.cookiejar import CookieJar
from pathlib import Path

from testimony.certificates.request import Request
from testimony.sealing.roster.chain import RosterChain
from testimony.services.certificates import store as certificate_store
from testimony.services.enrolment import enrolment
from testimony.services.enrolment.organisation import Organisation
from testimony.services.roster import changes as roster_changes
from testimony.sync.bundle import trust as bundle_trust
from tests.support.certificates.authorities import authority
from tests.support.cli.https import shown
from tests.support.cli.program import refused, run, serving
from tests.support.journeys.stations import wait_until
from tests.support.services import rosters

FreePort = Callable[[], int]
EDGE = "------first"


class Person:
    """At a browser that went on after the warning of the certificate."""

    def __init__(self, port: int) -> None:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self._open = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context), cookies).open
        self._base = f"https://127.0.0.1:{port}"

    def see(self, path: str = "/en/") -> str:
        return str(self._open(self._base + path).read().decode())

    def send(self, page: str, path: str, fields: dict[str, str], **files: bytes) -> str:
        """Fill in the form that is on `page`; returns the page that comes then."""
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.see(page))
        assert found is not None
        parts = [f'name="{name}"\r\n\r\n'.encode() + value.encode() for name, value in fields.items()]
        parts += [f'name="csrf_token"\r\n\r\n{found[1]}'.encode()]
        parts += [f'name="{name}"; filename="a"\r\n\r\n'.encode() + data for name, data in files.items()]
        body = b"".join(f"--{EDGE}\r\nContent-Disposition: form-data; ".encode() + part + b"\r\n" for part in parts)
        kind = {"Content-Type": f"multipart/form-data; boundary={EDGE}", "Origin": self._base}
        asked = urllib.request.Request(self._base + path, body + f"--{EDGE}--\r\n".encode(), kind)
        return str(self._open(asked).read().decode())


def test_pages_alone_make_a_node_that_phones_can_reach(
    organisation: Organisation, tmp_path: Path, free_port: FreePort
) -> None:
    home, (http, https, plain) = tmp_path / "field", (free_port() for _ in range(3))
    options = ("--first-page", "--https-port", str(https), "--help-port", str(plain))
    with serving("field", home, http, *options) as process:
        word = process.stdout.readline().split()[-1]
        assert re.fullmatch(r"[a-z]+(-[a-z]+){3,}", word)
        assert _sent_to(plain) == f"https://127.0.0.1:{https}/"
        assert refused(run("serve", "field", "--home", home, "--port", http, *options), "in use")
        person = Person(https)
        person.send("/en/start", "/en/start", {"token": word})
        person.send("/en/", "/en/station", {"station": "node-2"}, bundle=_bundle(organisation, None))
        page = person.send("/en/", "/en/bundle", {}, bundle=_bundle(organisation, home))
        root = re.search(r'name="root" value="([0-9a-f]{64})"', page)
        assert root is not None
        person.send("/en/words", "/en/words", {"root": root[1]})
        asked = Request.parse(person.see("/node.req").encode())
        now, door = datetime.now(UTC), _socket_at(https)
        signed = certificate_store.sign(authority(now=now), asked, now=now, days=90)
        person.send("/en/", "/en/certificate", {}, certificate=signed)
        wait_until(lambda: (home / "running").exists(), "the node serves")
        held = certificate_store.required(home)
        assert shown(held, https) == held.leaf.serial_number
        assert _socket_at(https) == door, "a browser that asks again meanwhile is not turned away"
        said = iter(process.stdout.readline, "")
        assert any(f"testimony backup DIR --home {home} " in line for line in said), "the last step of setting it up"
    assert word not in "".join(path.read_text(errors="replace") for path in home.iterdir() if path.is_file())


def _sent_to(plain: int) -> str | None:
    """Where somebody goes who typed the address without https."""
    with closing(HTTPConnection("127.0.0.1", plain, timeout=60)) as link:
        link.request("GET", "/")
        return link.getresponse().getheader("Location")


def _socket_at(port: int) -> str:
    """The number of the socket that listens there."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    (number,) = (line[9] for line in lines if line[1].endswith(f":{port:04X}") and line[3] == "0A")
    return number


def _bundle(organisation: Organisation, home: Path | None) -> bytes:
    """What headquarters writes: before, and once it has admitted the station in `home`."""
    records = [organisation.roster]
    if home is not None:
        draft = roster_changes.admit(RosterChain(organisation.root, records), enrolment.asked(home))
        records.append(rosters.after(organisation, organisation.roster, devices=draft["devices"]))
    return bundle_trust.write(organisation.root.data, records, [], [])
