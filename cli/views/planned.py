"""A sync, after a dry run with what was read and the rows of its plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.render import Result
from cli.views.preview import planned_lines, preview_document
from cli.views.sync import document, exit_code

if TYPE_CHECKING:
    from cli.views.plan import PlanPage
    from services.reports.previews import Preview
    from services.results import SyncResult


def render_sync(result: SyncResult, page: PlanPage | None = None, preview: Preview | None = None) -> Result:
    """One sync; of a dry run the rows of its plan, and what was read, what to do next last."""
    rows = {} if page is None else page.document
    text = [*([] if page is None else page.text), *planned_lines(result, preview)]
    return Result(document(result) | rows | preview_document(preview), text, exit_code(result))
