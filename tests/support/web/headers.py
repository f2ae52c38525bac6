"""The headers that every answer must have."""

from __future__ import annotations

import re
from typing import Any

from testimony.web.headers import FEATURES

EVERYWHERE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)


INTERVIEW = EVERYWHERE.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'").replace(
    "trusted-types 'none'", "trusted-types interview-worker"
)


WITHDRAWING = INTERVIEW.replace("trusted-types interview-worker", "trusted-types 'none'")


FIXED = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def require_protected(answer: Any, path: str) -> None:
    interview = path.startswith(("/interview/",)) or "/js/interview/" in path
    withdrawing = path == "/withdraw" or path.startswith("/withdraw/")
    policy = INTERVIEW if interview else WITHDRAWING if withdrawing else EVERYWHERE
    assert answer.headers["Content-Security-Policy"] == policy, path
    for name, value in FIXED.items():
        assert answer.headers.getlist(name) == [value], (path, name)
    recording = bool(re.fullmatch(r"/[a-z]{2}/wordings/[a-z]+", path)) and answer.status_code == 200
    asking = bool(re.fullmatch(r"/[a-z]{2}/sign-in", path)) and answer.status_code == 200
    allowed = {"camera", "microphone", "screen-wake-lock"} if interview else {"microphone"} if recording else set()
    allowed |= {"publickey-credentials-get"} if asking else set()
    denied = dict(part.split("=") for part in answer.headers["Permissions-Policy"].split(", "))
    assert {name for name, origins in denied.items() if origins != "()"} == allowed
    assert denied.keys() == set(FEATURES)
    assert "Server" not in answer.headers
