"""The nginx that docs/samples/testimony-central.nginx.conf describes, before stations on ports of the tests' own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.support.cli.program import ROOT
from tests.support.programs import lacking

SAMPLE = ROOT / "docs" / "samples" / "testimony-central.nginx.conf"
PORTS = ("8402", "8412")
PATIENCE = 20.0
FRAME = """
daemon off;
worker_processes 1;
{user}pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 768; }}
http {{
{temporary}
{site}
}}
"""
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def sample() -> str:
    return SAMPLE.read_text("utf-8")


@contextmanager
def before(ports: Sequence[int], port: int, folder: Path) -> Iterator[None]:
    """nginx at `port` before two stations. Of the sample only its own port, its certificate and theirs differ."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        lacking("nginx is not installed here")
    file = folder / "nginx.conf"
    temporary = "\n".join(f"{name}_temp_path {folder}/{name};" for name in TEMPORARY)
    user = "user root;\n" if os.geteuid() == 0 else ""  # the tests' folders are root's; a service has its own user
    file.write_text(FRAME.format(folder=folder, temporary=temporary, user=user, site=_site(port, ports, folder)))
    command = [program, "-e", str(folder / "error.log"), "-p", str(folder), "-c", str(file)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            _wait_for(folder / "pid", process)
            yield
        finally:
            process.terminate()
            process.wait(30)


def _site(port: int, ports: Sequence[int], folder: Path) -> str:
    site = sample()
    for said, meant in zip(PORTS, ports, strict=True):
        site = site.replace(f"127.0.0.1:{said} ", f"127.0.0.1:{meant} ")
    site = re.sub(r"\n *ssl_[^\n]*", "", site)
    site = site.replace("listen 443 ssl;", f"listen 127.0.0.1:{port};").replace("    listen [::]:443 ssl;\n", "")
    return site.replace("/var/log/nginx/testimony.log", str(folder / "site.log"))


def _wait_for(file: Path, process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + PATIENCE
    while not file.exists():
        assert process.poll() is None, process.stderr.read() if process.stderr else ""
        assert time.monotonic() < until, "nginx did not start"
        time.sleep(0.05)
