"""The reader's language: how it is chosen, kept and spoken.

Chinese comes first. The order of choice is: `?lang=` in the address, the cookie that
the language switch sets, the signed-in person's preference, the browser's
`Accept-Language`, Chinese. A shopper's switch is a link to the same page with `?lang=`
(no redirect: WeChat dislikes them); the desk's is `/language/<code>`, which comes back.

Sentences are English templates (`registry.errors.msg`, `_()` in templates); the
catalogue in `registry/translations` says them in Chinese.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from types import MappingProxyType
from typing import Concatenate, Literal, ParamSpec, TypeVar, cast, get_args
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, redirect, request
from flask_babel import Babel, get_locale, gettext
from jinja2 import pass_context
from jinja2.runtime import Context
from werkzeug.wrappers import Response as BaseResponse

from registry.errors import Message, NotFound
from registry.translations import DIRECTORY

P = ParamSpec("P")
R = TypeVar("R")

Language = Literal["zh", "en"]
Preference = Callable[[], Language | None]

LANGUAGES: Mapping[Language, str] = MappingProxyType({"zh": "中文", "en": "English"})
DEFAULT: Language = "zh"
COOKIE = "lang"
COOKIE_SECONDS = 365 * 24 * 3600

# The script subtag: a screen reader picks its voice, a browser its font, by it.
HTML_LANG: Mapping[Language, str] = MappingProxyType({"zh": "zh-Hans", "en": "en"})

pages = Blueprint("language", __name__)


def init_i18n(app: Flask, preference: Preference = lambda: None) -> None:
    """Give `app` its languages.

    Args:
        app: without Babel so far.
        preference: the signed-in person's language, or None; called at most once a
            request, and only when neither address nor cookie says.
    """
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", str(DIRECTORY))
    Babel(
        app,
        default_locale=DEFAULT,
        default_timezone="Asia/Shanghai",
        locale_selector=lambda: choose(preference),
    )
    app.register_blueprint(pages)
    app.after_request(_label_language)
    app.jinja_env.filters["say"] = spoken(say)
    app.jinja_env.globals.update(
        languages=LANGUAGES, language=language, html_lang=html_lang, here=here
    )


def choose(preference: Preference) -> Language:
    """Return the language for this request."""
    return (
        _known(request.args.get("lang"))
        or _known(request.cookies.get(COOKIE))
        or preference()
        or _known(request.accept_languages.best_match(LANGUAGES))
        or DEFAULT
    )


def language() -> Language:
    """Return the language of this request; Chinese outside one."""
    locale = get_locale()
    return (locale and _known(locale.language)) or DEFAULT


def html_lang() -> str:
    """Return the BCP 47 tag for the `lang` attribute."""
    return HTML_LANG[language()]


def say(message: Message) -> str:
    """Return `message` in the reader's language, its holes filled.

    A hole that holds a message of its own is filled in the same language.
    """
    values = {
        name: say(value) if isinstance(value, Message) else value
        for name, value in message.values.items()
    }
    return cast("str", gettext(message.template)).format_map(values)


def spoken(function: Callable[P, R]) -> Callable[Concatenate[Context, P], R]:
    """Return a template filter whose answer depends on the reader's language.

    Jinja computes `{{ "2026-11-22"|day }}` once, when the template is compiled, unless
    the filter takes the context: the first reader's language would stay for all.
    """

    @pass_context
    @wraps(function)
    def filtered(_context: Context, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return function(*args, **kwargs)

    return filtered


def here(code: Language | None = None) -> str:
    """Return this page's path and query, with `?lang=code` or without a choice."""
    query = [(k, v) for k, v in request.args.items(multi=True) if k != "lang"]
    if code:
        query.append(("lang", code))
    return request.path + ("?" + urlencode(query) if query else "")


def safe_path(target: str | None) -> str:
    r"""Return `target` if it is a path on this host, else `/`.

    A browser reads `//host`, `/\host` and `/<tab>/host` as another host.
    """
    if not target or not target.startswith("/") or not target.isprintable():
        return "/"
    return "/" if target[1:2] in {"/", "\\"} else target


@pages.get("/language/<code>")
def switch(code: str) -> BaseResponse:
    """Keep the choice in a cookie and go back to the page of `?next=`."""
    chosen = _known(code)
    if chosen is None:
        raise NotFound.at(
            "", "There is no language {code}; choose zh or en.", code=code
        )
    response = redirect(safe_path(request.args.get("next")), 303)
    response.set_cookie(
        COOKIE,
        chosen,
        max_age=COOKIE_SECONDS,
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )
    return response


def _known(code: str | None) -> Language | None:
    return cast("Language", code) if code in get_args(Language) else None


def _label_language(response: Response) -> Response:
    """Tell caches that a page differs by language."""
    if response.mimetype == "text/html":
        response.headers.setdefault("Content-Language", html_lang())
        response.vary.update(("Accept-Language", "Cookie"))
    return response
