"""Files and feeds people already have, into staged rows with an account of every row."""

from importers.intake.accounting import Accounting, ColumnAccount, account
from importers.intake.changes import Catalogue, FeedRows, endpoint_for, feed_facts, feed_scope, nothing_new
from importers.intake.choose import Chosen, choose_mapping, propose, read_options
from importers.intake.coverage import Coverage, Verdict, coverage
from importers.intake.inputs import Place, Remote, located
from importers.intake.partitions import Partitions, Staging
from importers.intake.sample import read_ahead, readable, shows_columns
from importers.intake.stage import ImportProgress, Tally, stage

__all__ = [
    "Accounting",
    "Catalogue",
    "Chosen",
    "ColumnAccount",
    "Coverage",
    "FeedRows",
    "ImportProgress",
    "Partitions",
    "Place",
    "Remote",
    "Staging",
    "Tally",
    "Verdict",
    "account",
    "choose_mapping",
    "coverage",
    "endpoint_for",
    "feed_facts",
    "feed_scope",
    "located",
    "nothing_new",
    "propose",
    "read_ahead",
    "read_options",
    "readable",
    "shows_columns",
    "stage",
]
