"""Creates the applications of a station that is not ready yet: its first page, its waiting pages, its certificate page.

They use no database.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask

from testimony.services.accounts.start_tokens import StartTokens
from testimony.settings import Settings
from testimony.web import auth
from testimony.web.factory import guard, with_forms
from testimony.web.sessions import new_token


def create_first_app(home: Path, **overrides: Any) -> Flask:
    """The first page of a field node, which makes the station in `home`.

    `overrides` as for `create_app`. START_TOKEN: the words that the machine prints. FIRST_PAGE: true if it prints them.
    """
    from testimony.web.admission import first, machine

    settings = Settings(home=home, role="field", name="")
    app = _made("first.show", settings, overrides)
    app.extensions["testimony.first"] = settings
    app.register_blueprint(first.bp)
    app.register_blueprint(machine.bp)
    auth.require_all_declared(app)
    return app


def create_waiting_app(home: Path, **overrides: Any) -> Flask:
    """The pages of the station in `home`, which waits to be admitted.

    `overrides` as for `create_first_app`. START_TOKEN opens the page that takes the bundle.
    """
    from testimony.web.admission import pending
    from testimony.web.pages import first_key

    settings = Settings.load(home)
    app = _made("waiting.show", settings, overrides)
    app.extensions["testimony.offered"] = pending.Offered(home, follows=app.config["FIRST_PAGE"])
    app.register_blueprint(pending.bp)
    if settings.role == "desk":
        first_key.prepare(app, settings)
    auth.require_all_declared(app)
    return app


def create_certificate_app(home: Path, **overrides: Any) -> Flask:
    """The page of the admitted node in `home`, which has no certificate yet. `overrides` as for `create_first_app`."""
    from testimony.web.admission import certificate

    settings = Settings.load(home)
    app = _made("certificate.show", settings, overrides)
    app.extensions["testimony.first"] = settings
    app.register_blueprint(certificate.bp)
    auth.require_all_declared(app)
    return app


def _made(front: str, settings: Settings, overrides: dict[str, Any]) -> Flask:
    from testimony.web.admission import pending
    from testimony.web.pages import start_token

    app = with_forms(
        front, new_token(), {"MAX_CONTENT_LENGTH": pending.LARGEST, "FIRST_PAGE": False, **overrides}, None
    )
    app.extensions["testimony.doors"][auth.StartNeeded] = "start.show"
    app.extensions["testimony.start"] = StartTokens(app.config["START_TOKEN"], settings.home, once=False)
    guard(app, settings)
    app.context_processor(lambda: {"settings": settings, "front": front, "first_page": app.config["FIRST_PAGE"]})
    app.register_blueprint(start_token.bp)
    return app
