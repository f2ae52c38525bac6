"""A small server of the project's files on localhost, with the headers of the interview page, for tests in Chromium."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).parents[3]
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types worker"
)

WITHOUT_NATIVE = """
for (const name of ["encapsulateBits", "decapsulateBits"]) delete SubtleCrypto.prototype[name];
delete Uint8Array.fromBase64;
delete Uint8Array.prototype.toBase64;
const { generateKey, importKey } = SubtleCrypto.prototype;
const refuse = async () => { throw new DOMException("as in an older browser", "NotSupportedError"); };
SubtleCrypto.prototype.generateKey = function (algorithm, ...rest) {
  return algorithm.name === "X25519" ? refuse() : generateKey.call(this, algorithm, ...rest);
};
SubtleCrypto.prototype.importKey = function (format, ...rest) {
  return format.startsWith("raw-") ? refuse() : importKey.call(this, format, ...rest);
};
"""
"""Makes Chromium as an older browser is: no ML-KEM, X25519 or ChaCha20-Poly1305 of its own."""


class Handler(SimpleHTTPRequestHandler):
    """Files under `ROOT`, scripts with a JavaScript type, everything under the interview's content security policy."""

    extensions_map = {".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", "": "application/json"}

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Keep quiet: the test says what went wrong."""


@contextmanager
def served() -> Iterator[str]:
    """The address of the project's files while the block runs."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(ROOT))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
