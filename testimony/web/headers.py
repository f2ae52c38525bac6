"""Sets the security headers of every response, including error pages and static files (docs/threat-model.md)."""

from __future__ import annotations

from flask import Response, request

POLICY = (
    "default-src 'none'; script-src 'self'{wasm}; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types {types}"
)
EVERYWHERE = POLICY.format(wasm="", types="'none'")
# Without these two the service worker cannot be registered and Argon2id does not start.
INTERVIEW = POLICY.format(wasm=" 'wasm-unsafe-eval'", types="interview-worker")

# The page on which a witness types the code: Argon2id, and no worker.
WITHDRAWING = POLICY.format(wasm=" 'wasm-unsafe-eval'", types="'none'")

# Bytes of a recording or a picture: whatever is in them, they run nothing, load nothing, and are of no origin.
BYTES = "default-src 'none'; frame-ancestors 'none'; sandbox"

FEATURES = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "clipboard-read", "display-capture",
    "encrypted-media", "fullscreen", "geolocation", "gyroscope", "hid", "idle-detection", "magnetometer", "microphone",
    "midi", "payment", "picture-in-picture", "publickey-credentials-get", "screen-wake-lock", "serial", "usb",
    "xr-spatial-tracking",
)  # fmt: skip
FIXED = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def permissions(*own: str) -> str:
    """The Permissions-Policy: all denied but `own`."""
    return ", ".join(f"{feature}=({'self' if feature in own else ''})" for feature in FEATURES)


NOTHING = permissions()
CAPTURING = permissions("camera", "microphone", "screen-wake-lock")  # the interview, and a screen that stays on
LISTENING = permissions("microphone")  # the one page of a desk on which sentences are recorded
UNLOCKING = permissions("publickey-credentials-get")  # the page of central on which a key signs in

# Of an answer that no page and no script stands in.
BARE = FIXED | {"Content-Security-Policy": EVERYWHERE, "Permissions-Policy": NOTHING, "Cache-Control": "no-store"}


def is_interview(path: str) -> bool:
    """Whether the interview's policy holds at `path`: its pages, its worker, and scripts that start as workers."""
    if path.startswith("/static/"):
        return path.split("/", 3)[-1].startswith("js/interview/")
    return path == "/interview" or path.startswith("/interview/")


def _policy(path: str) -> str:
    if is_interview(path):
        return INTERVIEW
    return WITHDRAWING if path == "/withdraw" or path.startswith("/withdraw/") else EVERYWHERE


def protect(response: Response) -> Response:
    """Set every header that the browser enforces for us."""
    interview = is_interview(request.path)
    if response.headers.get("Content-Security-Policy") != BYTES:
        response.headers["Content-Security-Policy"] = _policy(request.path)
    if response.headers.get("Permissions-Policy") not in {LISTENING, UNLOCKING}:
        response.headers["Permissions-Policy"] = CAPTURING if interview else NOTHING
    for name, value in FIXED.items():
        response.headers[name] = value
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response
