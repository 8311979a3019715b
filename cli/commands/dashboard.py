"""`dashboard`: the catalogue in a browser."""

from __future__ import annotations

import click

from cli.actor import actor
from cli.render import Result, say
from cli.run import Run, example, runs


@click.command(epilog=example("dashboard", "dashboard --port 9000 --open"))
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8765,
    show_default=True,
    help="Port to listen on; 0 takes any that is free.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on; any but this host's own needs a login.",
)
@click.option("--open", "open_browser", is_flag=True, help="Open it in the browser.")
@runs
async def dashboard(run: Run, *, port: int, host: str, open_browser: bool) -> Result | None:
    """Show the catalogue in a browser, and decide what waits.

    Pages move by themselves as something changes. On this host, with the embedded database, nobody logs in.
    Anywhere else a user of the Supabase project does, or who has PROPERTY_MANAGER_DASHBOARD_KEY; where that
    is unset, a key is made for this run and printed. Ctrl-C or SIGTERM ends it.
    """
    from dashboard.app import Dashboard
    from dashboard.entrance import entrance
    from dashboard.server import listen, serve

    async with run.database() as database:
        with listen(host, port) as listening:
            port = listening.getsockname()[1]
            way_in = entrance(run.settings, database, host, port, name=actor())
            shown = f"http://{'localhost' if host in ('0.0.0.0', '::') else host}:{port}/"  # noqa: S104
            if run.as_json:
                say_started = {"url": shown, "login": not way_in.door.is_open, "key": way_in.new_key}
                from cli.render import print_json

                print_json(say_started, as_stored=True)
            else:
                say(f"The dashboard is at {shown}")
                if way_in.new_key is not None:
                    say(f"Access key of this run: {way_in.new_key}")
                say("Ctrl-C stops it.", err=True)
            if open_browser:
                click.launch(shown)
            await serve(Dashboard(database, run.settings, way_in.door, names=way_in.names), listening)
    return None
