"""The certificate that the help pages show: the one in force, reloaded after it was replaced."""

from __future__ import annotations

from pathlib import Path

from testimony.certificates.identity import Identity
from testimony.services.certificates import store as certificate_store


class Shown:
    """`home` is a field node's folder, `https` the port at which it is reached."""

    def __init__(self, home: Path, https: int) -> None:
        """Raises `CertificateMissing`, `CertificateRefused`."""
        self.home, self.https = home, https
        self._held = certificate_store.required(home)
        self._since = self._changed()

    @property
    def identity(self) -> Identity:
        """Raises `CertificateMissing`, `CertificateRefused` when somebody took it away meanwhile."""
        if self._changed() != self._since:
            self._held, self._since = certificate_store.required(self.home), self._changed()
        return self._held

    @property
    def address(self) -> str:
        """The one address of all nodes."""
        host = self.identity.host
        return f"https://{host}/" if self.https == 443 else f"https://{host}:{self.https}/"

    def _changed(self) -> int:
        file = certificate_store.in_force(self.home)
        return file.stat().st_mtime_ns if file.exists() else 0
