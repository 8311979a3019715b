"""One module a command, loaded only when that command or its help is asked for.

A command is a click command around an async body (see `cli.run`). Its module imports nothing
heavier than click at the top, so that help stays instant: services are imported inside the body.

    @click.command(epilog=example("status --source acme"))
    @source_option
    @runs
    async def status(run: Run, source: str | None) -> Result:
        \"""Tell how fresh each source is.\"""
        from services import views

        async with run.database() as database:
            rows = await views.freshness(database, source)
        return Result({"sources": rows}, [table(["source", "last sync"], rows)])

Then add its name to `cli.app.SECTIONS`.
"""
