"""Stores bodies of parts in an S3 bucket, and verifies its acknowledgements, checksums and deletions.

The layout is that of the folder (`ab/ab…`), so any tool that copies files can move bodies from one to the other.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from datetime import timedelta
from itertools import islice
from typing import Final, TypeVar
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

from testimony.canonical import sha256_hex
from testimony.errors import SettingUnusable, TestimonyError
from testimony.store.blobs.folder import NAME
from testimony.store.errors import BucketFailing, BucketFull, BucketRefused, BucketSilent, PartDamaged, PartMissing

AT_ONCE: Final = 8
"""Requests that one call has under way, and so the bodies that it holds in memory besides those it was given."""
LARGEST: Final = 1 << 20
"""Bytes, and four times those of the largest body: what says that it is larger is damaged, and is not read."""
REQUEST_SECONDS: float = 10.0
"""For one request with its answer: a body then comes with 26 kB a second and more."""
BATCH_SECONDS: float = 25.0
"""For all bodies of a call. To put and to read back end before the 60 seconds of a node that hears nothing."""
RETRIES: Final = 2
A_SHARE: Final = 64
"""Bodies that are deleted within one `BATCH_SECONDS`."""
STATUS: Final = re.compile(r"status code: (\d{3})")
NO_ANSWER: Final = {
    "InvalidCertificate": "certificate",
    "dns error": "name",
    "kind: Connect": "connection",
    "kind: Timeout": "timeout",
}
"""In the library's words and in ours: what a person must look at where no server said anything."""
FULL: Final = re.compile(r"<Code>(QuotaExceeded|InsufficientCapacity|XMinioStorageFull)</Code>")
NO_BUCKET: Final = "<Code>NoSuchBucket</Code>"
NO_CONDITIONS: Final = frozenset({"400", "501"})
"""What stores answer that know no condition on a put."""
ENDPOINTS: Final = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
"""Variables that name an endpoint, in the order in which they count, after the setting."""
NOTHING: Final = "0" * 64
"""The name of a body that nobody can have made."""
log = logging.getLogger("testimony.bucket")
A = TypeVar("A")
T = TypeVar("T")


class BucketStore:
    """Objects below a prefix of a bucket, each named by its SHA-256 (lower-case hex). A `store.blobs.blobs.Bodies`.

    Making one asks nothing of the network. Errors say which bucket, and nothing that a server said: its answers hold
    names of keys.
    """

    on_disk: Final = False

    def __init__(self, url: str, *, endpoint: str = "", region: str = "") -> None:
        """`url`: s3://bucket/prefix. What opens it is in the environment (AWS_ACCESS_KEY_ID and so on), or is asked
        of the machine that it runs on. `endpoint`, `region`: empty for what the environment says.

        Raises `SettingUnusable`.
        """
        said = urlsplit(url)
        self.bucket = said.netloc
        where = endpoint or next(filter(None, map(os.environ.get, ENDPOINTS)), "")
        store = _attempted(lambda: self._made(said.path.strip("/"), where, region))
        if isinstance(store, BaseException):  # it quotes what stands in the environment
            raise SettingUnusable(setting="AWS_…")
        self._store = store

    def _made(self, prefix: str, endpoint: str, region: str) -> S3Store:
        return S3Store(
            self.bucket,
            prefix=prefix or None,
            config={
                **({"aws_endpoint_url_s3": endpoint} if endpoint else {}),
                **({"region": region} if region else {}),
                "disable_bulk_delete": True,  # not every store has it, and one object at a time tells which one failed
            },
            client_options={
                "allow_http": endpoint.startswith("http://"),
                "connect_timeout": timedelta(seconds=REQUEST_SECONDS / 2),
                "timeout": timedelta(seconds=REQUEST_SECONDS),
                "default_headers": {"Cache-Control": "no-cache"},  # or a proxy between answers for the store
            },
            retry_config={
                "max_retries": RETRIES,
                "retry_timeout": timedelta(seconds=BATCH_SECONDS / 2),
                "backoff": {
                    "init_backoff": timedelta(milliseconds=100),
                    "max_backoff": timedelta(seconds=2),
                    "base": 2,
                },
            },
        )

    def put_all(self, bodies: Mapping[str, bytes]) -> None:
        """Create those of `bodies` (name -> bytes, the caller has hashed them) that are not there.

        One that is there is read, and replaced where it is damaged. That the store acknowledged them means little:
        `require_whole` is to be asked. Raises `BucketFull`, `BucketSilent`, `BucketRefused`, `BucketFailing`.
        """
        self._run_all(lambda body: self._put(*body), bodies.items())

    def not_whole(self, names: Iterable[str]) -> set[str]:
        """The `names` that are missing or damaged, each read from the bucket and hashed. Raises `BucketSilent`,
        `BucketRefused`.
        """
        asked = list(names)
        return {name for name, whole in zip(asked, self._run_all(self._is_whole, asked), strict=True) if not whole}

    def require_whole(self, names: Iterable[str]) -> None:
        """Raise `BucketFailing` unless each of `names` is read as it was put; `BucketSilent`, `BucketRefused`."""
        if self.not_whole(names):
            raise BucketFailing

    def read(self, name: str) -> bytes:
        """The bytes, hashed again. Raises `PartMissing`, `PartDamaged`; `BucketSilent`, `BucketRefused`."""
        path = _path(name)
        data = self._asked(lambda: self._get(path))
        if data is None:
            raise PartMissing
        if sha256_hex(data) != name:
            raise PartDamaged
        return data

    def read_each(self, names: Iterable[str]) -> Iterator[tuple[str, bytes | PartMissing | PartDamaged]]:
        """Each of `names` in this order with what `read` gives, or why it is not whole; `AT_ONCE` are under way."""
        left = iter(names)
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="testimony-bucket") as pool:
            waiting = [(name, pool.submit(self._found, name)) for name in islice(left, AT_ONCE)]
            try:
                while waiting:
                    name, future = waiting.pop(0)
                    found = future.result()
                    waiting += [(more, pool.submit(self._found, more)) for more in islice(left, 1)]
                    yield name, found
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

    def holds(self, name: str) -> bool:
        """Whether it is there. Raises `BucketSilent`, `BucketRefused`."""
        path = _path(name)
        return self._asked(lambda: self._is_there(path))

    def remove(self, name: str) -> None:
        """Delete, and ask whether it is gone. Raises `BucketFailing` if not, `BucketSilent`, `BucketRefused`."""
        path = _path(name)
        self._asked(lambda: self._delete(path))
        if self.holds(name):
            raise BucketFailing

    def remove_all(self, names: Iterable[str]) -> None:
        """Delete each of `names`; after an error some are gone."""
        left = iter(names)
        while share := list(islice(left, A_SHARE)):
            self._run_all(self.remove, share)

    def names(self) -> set[str]:
        """The names of everything below the prefix that is named as a body. Raises `BucketSilent`, `BucketRefused`."""
        return self._asked(self._list)

    def require_reachable(self) -> None:
        """Raise `BucketSilent`, `BucketRefused` unless the bucket answers what is asked of it."""
        self._asked(lambda: self._get(_path(NOTHING)))

    def _put(self, name: str, data: bytes) -> None:
        path = _path(name)
        if not self._asked(lambda: self._create(path, data)) and not self._is_whole(name):
            self._asked(lambda: obstore.put(self._store, path, data, use_multipart=False))

    def _create(self, path: str, data: bytes) -> bool:
        """Whether it is there now by this; False where something is there, or the store knows no conditions."""
        try:
            obstore.put(self._store, path, data, mode="create", use_multipart=False)
        except AlreadyExistsError:
            return False
        except BaseError as error:
            if _status(error) in NO_CONDITIONS:
                return False
            raise
        return True

    def _is_whole(self, name: str) -> bool:
        return isinstance(self._found(name), bytes)

    def _found(self, name: str) -> bytes | PartMissing | PartDamaged:
        try:
            return self.read(name)
        except (PartMissing, PartDamaged) as error:
            return error

    def _get(self, path: str) -> bytes | None:
        """What is there; of what is too large only that it is wrong; None where nothing is."""
        try:
            answer = obstore.get(self._store, path)
            return bytes(answer.bytes()) if answer.meta["size"] <= LARGEST else b""
        except FileNotFoundError as error:
            if NO_BUCKET in str(error):
                raise
            return None

    def _is_there(self, path: str) -> bool:
        try:
            obstore.head(self._store, path)
        except FileNotFoundError:
            return False
        return True

    def _delete(self, path: str) -> None:
        try:
            obstore.delete(self._store, path)
        except FileNotFoundError as error:
            if NO_BUCKET in str(error):
                raise

    def _list(self) -> set[str]:
        listed = (str(each["path"]) for page in obstore.list(self._store, chunk_size=1000) for each in page)
        return {path[3:] for path in listed if NAME.fullmatch(path[3:]) and path == _path(path[3:])}

    def _asked(self, act: Callable[[], T]) -> T:
        """What `act` gives; what it raises by our names.

        The new error is raised after the other is dropped: that one quotes the server's answer, which names our key.
        """
        answer = _attempted(act)
        if not isinstance(answer, BaseException):
            return answer
        failure = self._named(answer)
        log.warning("the object store: %s (%s %s)", failure.code, type(answer).__name__, _reason(answer))
        del answer
        raise failure

    def _named(self, error: BaseException) -> TestimonyError:
        status = _status(error)
        if status == "507" or FULL.search(str(error)):
            return BucketFull()
        refusals = (FileNotFoundError, PermissionDeniedError, UnauthenticatedError)
        if isinstance(error, refusals) or _is_panic(error) or (status[:1] == "4" and status not in ("408", "429")):
            return BucketRefused(bucket=self.bucket)
        return BucketSilent()

    def _run_all(self, act: Callable[[A], T], arguments: Iterable[A]) -> list[T]:
        """What `act` gives with each, `AT_ONCE` at a time, within `BATCH_SECONDS`; the first error ends it."""
        pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="testimony-bucket")
        try:
            futures: list[Future[T]] = [pool.submit(act, argument) for argument in arguments]
            done, left = wait(futures, timeout=BATCH_SECONDS, return_when=FIRST_EXCEPTION)
            for future in done:
                future.result()
            if left:
                raise BucketSilent
            return [future.result() for future in futures]
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _attempted(act: Callable[[], T]) -> T | BaseException:
    """What `act` gives, or what the library raises: its errors, and its panics, which no `except Exception` catches
    and which would end the thread of a server. They come of settings and names of keys that no request can hold.
    """
    try:
        return act()
    except BaseException as error:
        if not isinstance(error, BaseError | OSError | ValueError) and not _is_panic(error):
            raise
        return error


def _is_panic(error: BaseException) -> bool:
    return type(error).__module__ == "pyo3_runtime"


def _path(name: str) -> str:
    if not NAME.fullmatch(name):
        raise ValueError("a part is named by its SHA-256")
    return f"{name[:2]}/{name}"


def _status(error: BaseException) -> str:
    """The server's three digits, or nothing."""
    found = STATUS.search(str(error))
    return found[1] if found else ""


def _reason(error: BaseException) -> str:
    """The server's three digits, or why there was no server."""
    return _status(error) or next((ours for theirs, ours in NO_ANSWER.items() if theirs in str(error)), "other")
