"""What is wrong with county records, the worst first: the weekly report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from cli.render import Result, table
from cli.text import counted, red
from cli.views.county_questions import NOT_LOADED

if TYPE_CHECKING:
    from services.county.questions.checks import DataCheck

FAILED: Final = 3
"""The exit code where a check fails: nothing broke, and another attempt would find the same."""
_MARK: Final = {"fail": "✗", "warn": "!", "not assessed": "–", "pass": "✓"}


def render_checks(checks: Sequence[DataCheck], *, everything: bool) -> Result:
    """Each county with what fails and warns of it, named by its first bad records; or every check."""
    failed = sum(check.verdict == "fail" for check in checks)
    counts = Counter[str](check.verdict for check in checks)
    document = {
        "success": not failed,
        "counts": {verdict: counts[verdict] for verdict in _MARK},
        "checks": [check.document() for check in checks],
    }
    if not checks:
        return Result(document, NOT_LOADED)
    text: list[object] = []
    for county in dict.fromkeys(check.county for check in checks):
        text += _county(county, [check for check in checks if check.county == county], everything)
    return Result(document, text, exit_code=FAILED if failed else 0)


def _county(county: str, checks: Sequence[DataCheck], everything: bool) -> Iterator[object]:
    counts = Counter[str](check.verdict for check in checks)
    said = [
        f"{counts[verdict]} {verb}"
        for verdict, verb in (("fail", "failed"), ("warn", "warn"))
        if counts[verdict]
    ]
    unassessed = counts["not assessed"]
    if unassessed:
        said.append(f"{unassessed} not assessed")
    line = f"{county}: {counted(len(checks), 'check')}, {', '.join(said) if said else 'all passed'}."
    yield red(line) if counts["fail"] else line
    shown = [check for check in checks if everything or check.verdict in ("fail", "warn")]
    if shown:
        yield table(
            ["", "records", "check", "bad", "of", "share", "warns above", "fails above", "what is counted"],
            [_row(check) for check in shown],
        )
    for check in shown:
        for each in check.examples:
            name = each.source if each.record_id is None else f"{each.source} {each.record_id}"
            yield f"{check.kind.replace('_', ' ')}, {check.name}: {name}: {each.says or 'nothing'}"


def _row(check: DataCheck) -> tuple[object, ...]:
    limits = (
        (None, None) if check.kind == "layers" else (_percent(check.warn_above), _percent(check.fail_above))
    )
    return (
        *(_MARK[check.verdict], check.kind.replace("_", " "), check.name, check.bad, check.judged),
        *(None if check.share is None else _percent(check.share), *limits, check.what),
    )


def _percent(share: float) -> str:
    """A share with the digits that a small one needs: 50 %, 0.4 %."""
    return f"{100 * share:.3g} %"
