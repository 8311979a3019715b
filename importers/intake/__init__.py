"""Opens an input, chooses its mapping and stages its rows, with an account of every row; no database."""

from importers.intake.accounting import Accounting, ColumnAccount, account
from importers.intake.choose import Chosen, choose_mapping, propose, read_options
from importers.intake.coverage import Coverage, Verdict, coverage
from importers.intake.inputs import Input, Remote, find_input
from importers.intake.partitions import OpenSession, Partitions
from importers.intake.reso import KnownListings, ResoRows, endpoint_for, may_be_empty, reso_facts, reso_scope
from importers.intake.sample import read_ahead, readable, shows_columns
from importers.intake.stage import ImportProgress, Tally, stage

__all__ = [
    "Accounting",
    "Chosen",
    "ColumnAccount",
    "Coverage",
    "ImportProgress",
    "Input",
    "KnownListings",
    "OpenSession",
    "Partitions",
    "Remote",
    "ResoRows",
    "Tally",
    "Verdict",
    "account",
    "choose_mapping",
    "coverage",
    "endpoint_for",
    "find_input",
    "may_be_empty",
    "propose",
    "read_ahead",
    "read_options",
    "readable",
    "reso_facts",
    "reso_scope",
    "shows_columns",
    "stage",
]
