"""Errors of serving a station: ports, addresses, sign-in at the wrong place."""

from __future__ import annotations

from typing import ClassVar

from testimony.errors import N_, Kind, NotDelivered, TestimonyError


class PortTaken(TestimonyError):
    code = "port.taken"
    kind = Kind.FAULT
    sentence = N_("Port %(port)s is in use by another program. Stop it or choose another port with %(option)s.")


class PortForbidden(TestimonyError):
    code = "port.forbidden"
    kind = Kind.FAULT
    sentence = N_(
        "This user may not listen on port %(port)s. Allow it in the service's unit "
        "(AmbientCapabilities=CAP_NET_BIND_SERVICE), with `setcap cap_net_bind_service=+ep` on the Python program or "
        "with `sysctl net.ipv4.ip_unprivileged_port_start=%(port)s`, or choose another port with %(option)s."
    )


class NoStation(NotDelivered):
    code = "sync.address"
    kind = Kind.CONFLICT
    sentence = N_(
        "No address of headquarters is set here. Set it with `testimony station address`, start this station again, "
        "then synchronise; or use a USB stick."
    )


class StationStopped(TestimonyError):
    code = "station.stopped"
    kind = Kind.FAULT
    sentence = N_("A station could not start. Its own message above says why.")


class HostNotLocal(TestimonyError):
    code = "host.not-local"
    kind = Kind.FAULT
    sentence = N_("A desk holds an opening key, so it listens on this machine only. Leave --host out.")


class StationSilent(TestimonyError):
    code = "station.silent"
    kind = Kind.FAULT
    sentence = N_(
        "The station runs, and does not answer this machine on port %(port)s. Stop it and start it again without "
        "--host; it prints its address then."
    )


class AddressUnusable(TestimonyError):
    code = "address.unusable"
    kind = Kind.FAULT
    sentence = N_("This machine cannot listen on %(address)s. Choose another --host or a --port from 1024 to 65535.")


class WorkersOnSqlite(TestimonyError):
    code = "workers.sqlite"
    kind = Kind.FAULT
    sentence = N_(
        "This central server keeps its records in one SQLite file, which only one process can write. "
        "Leave out --workers, or use a PostgreSQL database (docs/central.md)."
    )


class WorkersNotHere(TestimonyError):
    code = "workers.not-here"
    kind = Kind.FAULT
    sentence = N_("On this system only one process can serve a port. Leave out --workers.")


class SticksByCommand(TestimonyError):
    code = "stick.by-command"
    kind = Kind.CONFLICT
    sentence = N_(
        "This central server runs as several processes, so it reads and writes sticks by command: "
        "`testimony bundle import` and `testimony bundle export`."
    )


class BackupsByCommand(TestimonyError):
    code = "backup.by-command"
    kind = Kind.CONFLICT
    sentence = N_(
        "This central server runs as several processes, so it makes and tests backups by command: `testimony backup`."
    )


class StationUnknown(TestimonyError):
    code = "station.unknown"
    kind = Kind.UNKNOWN
    sentence = N_(
        "The roster in force names no station %(station)s. `testimony roster show` lists those that it names."
    )


class SignInElsewhere(TestimonyError):
    code = "account.elsewhere"
    kind = Kind.FORBIDDEN
    sentence = N_("Accounts of this server are used at %(url)s and nowhere else. Open that address.")


class MachineRefused(TestimonyError):
    """The clock or the hotspot of the machine was not set; `reason` says why."""

    code = "machine.refused"
    kind = Kind.REFUSED
    REASONS: ClassVar[dict[str, str]] = {
        "clock": N_("Your device has a wrong date. Set its date and time, then try again. Nothing was changed."),
        "name": N_(
            "A network needs a name of at most 32 English letters, or 16 of another alphabet. Nothing was changed."
        ),
        "password": N_(
            "The password needs 12 to 63 characters: English letters, digits, spaces and hyphens. Nothing was changed."
        ),
        "silent": N_(
            "The machine did not set its clock or hotspot. Its log says why: journalctl -u testimony-machine. You can "
            "change the file hotspot.txt on the card instead."
        ),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]
