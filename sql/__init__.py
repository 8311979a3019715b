"""The SQL texts, which are the program: state, code, and the questions Python asks.

`migrations/<YYYYMMDDHHMMSS>_name.sql` hold state and are only ever added. `<subsystem>/NN_stage.sql`
hold code, replaced as a whole by every deploy. `snippets/*.sql` hold the expressions that code files share.
`queries/*.sql` hold the named statements of Python.
"""

from typing import Final

CODE: Final[tuple[str, ...]] = (
    "staging",
    "frontier",
    "pages",
    "catalogue",
    "county/records",
    "pipeline",
    "quality",
    "verdicts",
    "history",
    "erasure",
    "feed",
    "schedule",
    "duplicates",
    "scans",
    "county/scoring",
    "alerts",
    "county/parcels",
    "county/questions",
    "county/alerts",
    "reports",
    "county/space",
    "https",
    "security",
)
"""The subsystems in the order their code is created; it is dropped in the reverse order."""
