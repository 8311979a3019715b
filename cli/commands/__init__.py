"""One module a command, loaded only when that command or its help is asked for.

A command is a click command around an async body (see `cli.run`). Its module imports nothing
heavier than click at the top, so that help stays instant: services are imported inside the body.

    @click.command(name="list-sessions", epilog=example("list-sessions --source acme"))
    @only_source_option
    @runs
    async def list_sessions(run: Run, *, source: str | None) -> Result:
        \"""List sessions, newest first.\"""
        from services.reports import sessions

        async with run.database() as database:
            found = await sessions.list_sessions(database, source=source)
        return render_sessions(found)

It parses its arguments, calls one service and renders the result: a sentence or two in the module itself,
anything longer in `cli.views`.

Then add its name to `cli.names.SECTIONS`.
"""
