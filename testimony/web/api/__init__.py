"""Blueprint for other stations and for phones: /sync. No cookies, no forms, no pages."""

from testimony.web.api.sync import sync_api

__all__ = ["sync_api"]
