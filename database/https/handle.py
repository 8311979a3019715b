"""The database as a Supabase project answers for it: each call one request, one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Self
from uuid import UUID

from config.errors import DatabaseError, OverdueError, UsageError
from config.settings import Settings
from database.checkout import checkout
from database.erasure_key import ErasureKey
from database.errors import QUERY_CANCELED, sqlstate_of
from database.handle import Database, Deployed, Mode, Staging
from database.https.calls import call_of
from database.https.cells import argument, cells_of_line, rows
from database.https.errors import not_the_api, while_asking
from database.https.project import Project
from database.migrate import compare, require_current

if TYPE_CHECKING:
    import httpx
    from supabase import AsyncClient

_STAGE: Final[Mapping[Staging, str]] = {"listings": "stage_rows", "records": "stage_records"}
ANSWER_SECONDS: Final = 65.0
"""How long an answer is waited for: longer than the functions' own limit, and the gateway's, of a minute."""
_LEAST_SECONDS: Final = 10.0
"""The least that a call gets which may not end: a request takes longer than a query."""


class HttpsDatabase(Database):
    """A project's API. A call whose answer was lost may have been done, and can be repeated."""

    row_limit = 20_000
    batch_bytes = 2_000_000
    hears = False

    def __init__(self, client: AsyncClient, http: httpx.AsyncClient | None = None) -> None:
        """`client` acts as service_role; `http` is closed with this, when it is ours."""
        super().__init__()
        self._client = client
        self._place = str(client.supabase_url).rstrip("/")
        self._http = http

    @classmethod
    async def open_project(cls, settings: Settings, *, check: bool = True) -> Self:
        """Connect to SUPABASE_URL with SUPABASE_SECRET_KEY. Raises MigrationError as `Database.open` does."""
        project = Project.of(settings)
        database = await cls._connect(project)
        database.erasure_key = ErasureKey(settings.erasure_key, settings.home)
        try:
            if check:
                require_current((await database.deployed()).compared)
                database._checked = True
        except BaseException:
            await database.close()
            raise
        return database

    @classmethod
    async def _connect(cls, project: Project) -> Self:
        import httpx  # noqa: PLC0415 only where HTTPS is used
        from supabase import AsyncClientOptions, acreate_client  # noqa: PLC0415

        # a client of our own: the library's has no limit on connecting, and cannot be closed
        http = httpx.AsyncClient(
            http2=False,
            follow_redirects=False,
            timeout=httpx.Timeout(ANSWER_SECONDS, connect=10.0, pool=ANSWER_SECONDS),
            limits=httpx.Limits(max_connections=8, max_keepalive_connections=4, keepalive_expiry=15.0),
        )
        options = AsyncClientOptions(auto_refresh_token=False, persist_session=False, httpx_client=http)
        return cls(await acreate_client(project.url, project.key, options), http)

    @property
    def place(self) -> str:
        return self._place

    @property
    def mode(self) -> Mode:
        return "https"

    async def close(self) -> None:
        if self._http is not None:
            await self._http.aclose()

    async def rows(self, name: str, *args: Any, timeout: float | None = None) -> list[dict[str, Any]]:  # noqa: ASYNC109
        """All rows of the named query. The functions' own limit holds, whatever `timeout` says."""
        call = call_of(name)
        return rows(await self._ask(call.function, call.arguments(args)))

    async def value_within(self, seconds: float, name: str, *args: Any) -> Any:
        """The value of a named query. Raises OverdueError when it was ended, or no answer came."""
        try:
            async with asyncio.timeout(max(seconds, _LEAST_SECONDS)):
                return await self.value(name, *args)
        except TimeoutError as error:
            raise OverdueError(f"it did not end within {seconds:g} s; what it did is not used") from error
        except DatabaseError as error:
            if sqlstate_of(error) == QUERY_CANCELED:
                raise OverdueError("it did not end within the limit of the API") from error
            raise

    async def stage(
        self,
        session_id: UUID,
        touch: tuple[Any, ...],
        columns: Sequence[str],
        lines: Sequence[bytes],
        *,
        landed: int,
        table: Staging = "listings",
    ) -> int:
        last = landed + len(lines)
        if last > self.row_limit:
            raise UsageError(
                f"the session has more than {self.row_limit:,} rows, the most that are staged over HTTPS",
                next_step="set DATABASE_URL to the project's connection string (dashboard: Connect)",
            )
        staged = [cells_of_line(columns, line) for line in lines]
        (row,) = rows(await self._ask(_STAGE[table], [*touch, landed, staged]))
        return int(row["value"])

    async def deployed(self) -> Deployed:
        (found,) = rows(await self._ask("deployed", []))
        compared = compare(checkout(), found["migrations"], found["code_version"])
        return Deployed(found["server"], compared)

    async def _ask(self, function: str, arguments: list[Any]) -> dict[str, Any]:
        request: dict[str, Any] = {
            "p_function": function,
            "p_arguments": [argument(each) for each in arguments],
        }
        with while_asking(self._place):
            answer = (await self._client.schema("api").rpc("ask", request).execute()).data
        if not isinstance(answer, dict) or answer.keys() != {"columns", "rows"}:
            raise not_the_api(self._place, answer)
        return answer
