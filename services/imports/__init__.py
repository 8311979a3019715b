"""Files and feeds people already have, into staged rows with an account of every row."""

from services.imports.accounting import Accounting, ColumnAccount, account
from services.imports.changes import Catalogue, FeedRows, endpoint_for, feed_scope
from services.imports.choose import Chosen, choose_mapping, propose
from services.imports.inputs import Place, located
from services.imports.partitions import Partitions, Staging
from services.imports.rows import Rows, Sampled
from services.imports.stage import ImportProgress, Tally, stage

__all__ = [
    "Accounting",
    "Catalogue",
    "Chosen",
    "ColumnAccount",
    "FeedRows",
    "ImportProgress",
    "Partitions",
    "Place",
    "Rows",
    "Sampled",
    "Staging",
    "Tally",
    "account",
    "choose_mapping",
    "endpoint_for",
    "feed_scope",
    "located",
    "propose",
    "stage",
]
