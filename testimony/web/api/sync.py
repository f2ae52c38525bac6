"""/sync: nonce, have, batch, feed. Parses and answers; who may ask is decided in `signatures`, what they get in `sync.receive`."""

from __future__ import annotations

from flask import Blueprint

sync_api = Blueprint("sync_api", __name__, url_prefix="/sync")
