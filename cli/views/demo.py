"""The demo: its days, a line each, and what to look at afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cli.program import command
from cli.render import Result
from cli.text import counted, short
from cli.views.doctor import findings_document
from cli.views.scan import run_document
from cli.views.scrape import scrape_session
from cli.views.sync import figures, sync_fields

if TYPE_CHECKING:
    from demo.story import DayResult, ScanResultOfDay
    from services.reports.doctor import Finding
    from services.scans import ScanFigures
    from services.workflows.proofs import Verification


def render_demo(
    days: Sequence[DayResult], evening: Sequence[ScanResultOfDay], findings: Sequence[Finding]
) -> Result:
    """What is printed after the last day; exit code 1 when a check of `doctor` is red."""
    failed = sum(not finding.green for finding in findings)
    doctor = f"doctor: {failed} red (see: {command('doctor')})" if failed else "doctor: all green"
    syncs = [result.scraped.sync for result in days if result.scraped.sync is not None]
    refused = next((sync.plan_id for sync in syncs if sync.status == "held"), None)
    document = {
        "days": [_document(result) for result in days],
        "scans": [
            {"at": each.date, "details_asked": each.details, **run_document(each.ran)} for each in evening
        ],
        "doctor": findings_document(findings),
    }
    text = [f"     {doctor}", *_next(days[-1].scraped.source, refused)]
    return Result(document, text, exit_code=1 if failed else 0)


def _document(result: DayResult) -> dict[str, Any]:
    synced = result.scraped.sync
    return {
        "day": result.day.name.title(),
        "source": result.scraped.source,
        "session": scrape_session(result.scraped),
        "sync": None if synced is None else sync_fields(synced),
    }


def day_line(result: DayResult) -> str:
    """A day as it ends: its figures, or why its plan was refused."""
    day, synced = result.day.name.title(), result.scraped.sync
    if synced is None:
        raise TypeError("the demo syncs every day")
    if synced.status == "held":
        return (
            f"{day}  REFUSED plan {short(synced.plan_id)} (exit 3): {synced.reasons[0].sentence}. "
            "Nothing changed."
        )
    asked = result.scraped.verification
    page = "" if asked is None else f" · {_asked(asked)}"
    return f"{day}  {_explained(result, figures(synced.metrics)) + page:<104} {synced.verdict}"


def scan_line(result: ScanResultOfDay) -> str:
    """A look at the index alone as it ends: what moved, and how few detail pages it took."""
    said = [_scan(scanned.found) for scanned in result.ran.scans]
    verified = result.ran.verification
    if verified is not None and verified.session_id is not None:
        said.append(_asked(verified))
    return f"{result.date:%a %H:%M}  {'; '.join(said)}"


def _asked(verified: Verification) -> str:
    """What the pages of missing homes say."""
    removed = 0 if verified.sync is None else verified.sync.metrics.removed_properties
    proven = f": {removed} removed with proof (said twice)" if removed else " (said once, so it stays)"
    return f"{counted(verified.gone, 'page')} says gone, {verified.canaries} others answer{proven}"


def _scan(found: ScanFigures) -> str:
    moved = {"repriced": found.repriced, "relisted": found.relisted, "unmoved": found.unmoved}
    what = ", ".join(
        f"{count} {name}" for name, count in {**moved, "missing": found.missing}.items() if count
    )
    queued = f"; {found.queued} of {found.shown} detail pages read" if found.queued else ""
    return f"index scan, {counted(found.pages, 'page')}: {what}{queued}"


def _explained(result: DayResult, line: str) -> str:
    """The figures, with what a newcomer cannot know from them."""
    if result.only_price_cuts:
        line = line.replace(" updated", " updated (all price cuts)")
    line = line.replace(" missing", " missing (first miss)")
    return line.replace(" reactivated", " reactivated (back on the market)")


def _next(source: str, refused: object) -> list[str]:
    return [
        "Look around:",
        *(
            f"  {command(text)}"
            for text in (
                f"plans show {short(refused)}",
                f"status --source {source}",
                f"quarantine list --source {source}",
                f"search --source {source} --limit 5",
                "watch --since 0 --no-follow",
                "scrape --help",
            )
        ),
        "See it all in a browser, at http://127.0.0.1:8765/:",
        f"  {command('dashboard --open')}",
    ]
