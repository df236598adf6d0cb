"""The only place that wires the house to Flask."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix

from registry.clock import utc_now
from registry.config import read_secret
from registry.service import Registry
from registry.store.database import database
from registry.store.drafts import StoredDrafts
from registry.web.blueprints import BLUEPRINTS
from registry.web.context import Desk, init_context
from registry.web.drafts import init_drafts
from registry.web.format import init_format
from registry.web.i18n import init_i18n
from registry.web.problems import init_problems
from registry.web.security import init_security

MAX_UPLOAD_BYTES = 12 * 1024 * 1024


def _templates() -> Path:
    """Return the templates: beside the package in a checkout, inside it in a wheel."""
    inside = Path(__file__).parent / "templates"
    return inside if inside.exists() else Path(__file__).parents[1] / "templates"


def create_app(registry: Registry, now: Callable[[], datetime] = utc_now) -> Flask:
    """Return the web application of an open registry.

    Args:
        registry: what every view works with.
        now: the clock; a test holds its own.
    """
    app = Flask(__name__, template_folder=str(_templates()))
    settings = registry.settings
    secure = settings.base_url.startswith("https://")
    app.config.update(
        SECRET_KEY=read_secret(settings, "session"),
        MAX_CONTENT_LENGTH=MAX_UPLOAD_BYTES,
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        WTF_CSRF_SSL_STRICT=False,
        WTF_CSRF_TIME_LIMIT=12 * 3600,
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    # First: whatever else runs before a view may ask the database.
    _connect_per_request(app)
    desk = Desk(registry, now)
    init_context(app, desk)
    init_i18n(app, desk.preference)
    init_security(app)
    init_problems(app)
    init_format(app)
    init_drafts(app, StoredDrafts(registry.entropy, now), desk.draft_owner)
    for pages in BLUEPRINTS:
        app.register_blueprint(pages)
    return app


def _connect_per_request(app: Flask) -> None:
    """Take a connection for each request and give it back, also after an error."""

    @app.before_request
    def connect() -> None:
        # Whether the process lives must be answered also without a database.
        if request.blueprint != "health":
            database.connect(reuse_if_open=True)

    @app.teardown_request
    def close(_error: BaseException | None) -> None:
        if not database.is_closed() and not database.in_transaction():
            database.close()
