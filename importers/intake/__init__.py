"""Files and feeds people already have, into staged rows with an account of every row."""

from importers.intake.accounting import Accounting, ColumnAccount, account
from importers.intake.changes import Catalogue, FeedRows, endpoint_for, feed_scope
from importers.intake.choose import Chosen, choose_mapping, propose
from importers.intake.inputs import Place, located
from importers.intake.partitions import Partitions, Staging
from importers.intake.rows import Rows, Sampled
from importers.intake.stage import ImportProgress, Tally, stage

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
