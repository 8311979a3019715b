"""The application: lets every request in, answers it by a page or an action, and makes pages of errors."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlsplit

import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from config.plain import plain_value
from config.settings import Settings
from dashboard.access.door import COOKIE, Door, Login, require_staff
from dashboard.access.headers import SafeHeaders, policy
from dashboard.access.limit import Limit
from dashboard.access.origin import FIELD, FormTokens, require_our_name, require_our_page
from dashboard.assets import Assets
from dashboard.errors import DatabaseBusyError, describe
from dashboard.live.hub import Hub
from dashboard.live.stream import stream
from dashboard.menu import menu_of
from dashboard.page import Action, Asked, Data, Page
from dashboard.pages import all_actions, all_pages
from dashboard.render import Query, environment
from dashboard.tiles import tile_origin
from dashboard.watched import Watched, Watching, paths_of
from database.handle import Database

_SAID: Final = "property_manager_said"
"""The cookie that brings what an action did to the next page."""
_LARGEST_FORM: Final = 64_000
_LONGER: Final = 6
_LARGEST_NUMBER: Final = 2**63 - 1

Work = Callable[[Request], Awaitable[Response]]


class Dashboard:
    """What all requests share."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        door: Door,
        *,
        names: frozenset[str],
        pages: Sequence[Page] | None = None,
        actions: Sequence[Action] | None = None,
        assets: Assets | None = None,
        patience: float = 20.0,
    ) -> None:
        """`names`: the values of the header Host that are ours; `patience`: seconds that a page may read.

        Raises UsageError for wrong settings.
        """
        self.database = database
        self.settings = settings
        self.door = door
        self.hub = Hub(database)
        self._watched = Watched(database, door)
        self._names = names
        self._patience = patience
        self._pages = all_pages() if pages is None else tuple(pages)
        self._actions = all_actions() if actions is None else tuple(actions)
        self._assets = Assets() if assets is None else assets
        self._tokens = FormTokens()
        self._limit = Limit(per_minute=1_200, burst=300)
        self._login_limit = Limit(per_minute=10, burst=10)
        tiles = settings.dashboard_tiles
        self._policy = policy(() if tiles is None else (tile_origin(tiles),))
        self._templates = environment(self._assets)
        self._templates.globals |= {"menu": menu_of(self._pages), "field": FIELD, "tiles": tiles}

    def app(self) -> Starlette:
        """The ASGI application."""
        routes = [
            *self._watched.routes(),
            Route("/static/{version}/{name:path}", self._answering(self._assets.answer)),
            Route("/live", self._let_in(self._live)),
            Route("/login", self._answering(self._login_page), methods=["GET"]),
            Route("/login", self._answering(self._log_in), methods=["POST"]),
            Route("/logout", self._let_in(self._log_out), methods=["POST"]),
            *(
                Route(action.path, self._let_in(self._acting(action)), methods=["POST"])
                for action in self._actions
            ),
            *(Route(page.json_path, self._let_in(self._as_json(page))) for page in self._pages),
            *(Route(page.path, self._let_in(self._as_page(page))) for page in self._pages),
        ]
        return Starlette(
            routes=routes,
            middleware=[
                Middleware(Watching, durations=self._watched.durations, paths=paths_of(routes)),
                Middleware(SafeHeaders, policy=self._policy),
                Middleware(GZipMiddleware, minimum_size=1_000, compresslevel=4),
            ],
            exception_handlers={HTTPException: self._on_http_error},
            lifespan=self._lifespan,
        )

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        self.hub.start()
        try:
            yield
        finally:
            await self.hub.stop()

    # Letting in ------------------------------------------------------------------------------------------

    def _answering(self, work: Work) -> Work:
        """Any request: sent to a name of ours, not too often, and every error becomes an answer."""

        async def answer(request: Request) -> Response:
            try:
                require_our_name(request, self._names)
                self._limit.count(_caller(request))
                return await work(request)
            except Exception as error:  # noqa: BLE001 the boundary: whatever happens becomes a page
                return self._failed(request, error)

        return answer

    def _let_in(self, work: Work) -> Work:
        """A request of somebody who has logged in; others are sent to do so."""

        async def answer(request: Request) -> Response:
            login = await self.door.login_of(request)
            if login is None:
                if _wants_page(request):
                    return RedirectResponse(f"/login?next={quote(_target(request), safe='')}", 303)
                raise HTTPException(401, headers={"www-authenticate": "Bearer"})
            request.state.login = login
            if request.method == "POST" and "authorization" not in request.headers:
                require_our_page(request)
            return await work(request)

        return self._answering(answer)

    async def _login_page(self, request: Request) -> Response:
        return self._login_form(request, _next(request.query_params.get("next")))

    def _login_form(self, request: Request, target: str, wrong: str | None = None) -> Response:
        tokens = self.door.tokens
        values = {"next": target, "wrong": wrong, "passwords": tokens is not None and tokens.takes_passwords}
        return self._page(request, "login.html", values, status=401 if wrong else 200)

    async def _log_in(self, request: Request) -> Response:
        require_our_page(request)
        self._login_limit.count(_caller(request))
        form = await _form(request)
        target, key = _next(form.get("next")), form.get("key", "").strip()
        tokens = self.door.tokens
        if not key and tokens is not None and tokens.takes_passwords:
            key = await tokens.token_of(form.get("email", "").strip(), form.get("password", "")) or ""
        response = RedirectResponse(target, 303)
        secure = request.url.scheme == "https"
        if not key or await self.door.enter(key, response, secure=secure) is None:
            return self._login_form(request, target, "This opens nothing here. Check it and try again.")
        return response

    async def _log_out(self, request: Request) -> Response:
        form = await _form(request)
        self._tokens.check(form.get(FIELD, ""), _login(request).mark)
        response = RedirectResponse("/login", 303)
        response.delete_cookie(COOKIE)
        return response

    # Pages and actions -----------------------------------------------------------------------------------

    async def _live(self, request: Request) -> Response:
        return stream(self.hub)

    def _as_json(self, page: Page) -> Work:
        async def answer(request: Request) -> Response:
            return Response(
                orjson.dumps(plain_value(await self._data(page, self._asked(request)))),
                media_type="application/json",
            )

        return answer

    def _as_page(self, page: Page) -> Work:
        async def answer(request: Request) -> Response:
            # before the data is read, so that a change meanwhile is one that the page does not have
            state = self.hub.state.topics
            asked = self._asked(request)
            values = {
                "page": page,
                "query": Query(asked.query),
                "state": {topic: state.get(topic, "") for topic in page.topics},
                "json_url": _json_url(request),
                **await self._data(page, asked),
            }
            return self._page(request, page.template, values)

        return answer

    async def _data(self, page: Page, asked: Asked) -> Data:
        """What a page shows. Raises DatabaseBusyError where a lock or a load keeps it from being read."""
        seconds = self._patience * (_LONGER if page.whole_session else 1)
        try:
            async with asyncio.timeout(seconds):
                return await page.data(asked)
        except TimeoutError as error:
            raise DatabaseBusyError(
                f"the database has not answered for {seconds:g} seconds: something keeps what this"
                " page reads locked, as a migration does, or there is too much to do",
                next_step="wait for what is under way to end",
            ) from error

    def _acting(self, action: Action) -> Work:
        async def answer(request: Request) -> Response:
            form, login = await _form(request), _login(request)
            if "authorization" not in request.headers:
                self._tokens.check(form.pop(FIELD, ""), login.mark)
            require_staff(login.user)
            done = await action.act(self._asked(request), form)
            if not _wants_page(request):
                return JSONResponse({"done": done.message, "path": done.path})
            response = RedirectResponse(done.path, 303)
            said = base64.urlsafe_b64encode(done.message.encode()[:2_000]).decode()
            response.set_cookie(_SAID, said, max_age=60, httponly=True, samesite="strict")
            return response

        return answer

    def _asked(self, request: Request) -> Asked:
        if not all(map(_may_exist, request.path_params.values())):
            raise HTTPException(404)
        return Asked(
            self.database,
            self.settings,
            _login(request).user,
            dict(request.path_params),
            dict(request.query_params),
        )

    # Answers ---------------------------------------------------------------------------------------------

    def _page(
        self, request: Request, template: str, values: Mapping[str, Any], *, status: int = 200
    ) -> Response:
        login: Login | None = getattr(request.state, "login", None)
        said = _said(request)
        common: dict[str, Any] = {
            "user": login.user if login else None,
            "must_log_in": not self.door.is_open,
            "form_token": self._tokens.new(login.mark) if login else "",
            "path": request.url.path,
            "said": said,
            "page": None,
            "state": {},
            "query": Query(),
            "json_url": None,
        }
        text = self._templates.get_template(template).render({**common, **values})
        response = Response(text, status, media_type="text/html")
        if said is not None:
            response.delete_cookie(_SAID)
        return response

    def _failed(self, request: Request, error: Exception) -> Response:
        failure = describe(error)
        headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
        if failure.passes:
            headers["retry-after"] = "5"
        if _wants_page(request):
            values = {
                "failure": failure,
                "back": _page_before(request),
                "state": {"database": "away"} if failure.passes else {},
            }
            response = self._page(request, "error.html", values, status=failure.status)
        else:
            response = JSONResponse(failure.document(), failure.status)
        response.headers.update(headers)
        return response

    async def _on_http_error(self, request: Request, error: Exception) -> Response:
        """What no route answers."""

        async def refuse(request: Request) -> Response:
            request.state.login = await self.door.login_of(request)
            raise error

        return await self._answering(refuse)(request)


def _may_exist(part: object) -> bool:
    """Whether the database can hold what an address names: no number beyond its own, no text with a NUL."""
    return part <= _LARGEST_NUMBER if isinstance(part, int) else "\0" not in str(part)


def _login(request: Request) -> Login:
    found: Login = request.state.login
    return found


def _caller(request: Request) -> str:
    return request.client.host if request.client else "?"


def _target(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def _next(given: str | None) -> str:
    """Where to go after a login: a page of ours, never another site's."""
    parts = urlsplit(given or "/")
    ours = not parts.scheme and not parts.netloc and parts.path.startswith("/") and "\\" not in parts.path
    return (given or "/") if ours and not (given or "/").startswith("//") else "/"


def _page_before(request: Request) -> str | None:
    """The page of ours that a form was sent from: it shows by now what became of it."""
    parts = urlsplit(request.headers.get("referer", ""))
    ours = request.method == "POST" and parts.netloc == request.headers.get("host")
    return _next(parts.path + (f"?{parts.query}" if parts.query else "")) if ours else None


def _wants_page(request: Request) -> bool:
    return not request.url.path.endswith(".json") and "text/html" in request.headers.get("accept", "")


def _json_url(request: Request) -> str:
    path = "/overview.json" if request.url.path == "/" else f"{request.url.path}.json"
    return path + (f"?{request.url.query}" if request.url.query else "")


def _said(request: Request) -> str | None:
    try:
        return base64.urlsafe_b64decode(request.cookies[_SAID].encode()).decode() or None
    except (KeyError, ValueError):
        return None


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form. Raises HTTPException for one that is too large or of another kind."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raise HTTPException(400)
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_FORM:
            raise HTTPException(413)
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=500))
