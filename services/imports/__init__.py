"""Files and feeds people already have, into staged rows with an account of every row."""

from services.imports.accounting import Accounting, ColumnAccount, account
from services.imports.choose import Chosen, choose_mapping, propose
from services.imports.inputs import Place, located
from services.imports.partitions import Partitions, Staging
from services.imports.rows import Sampled
from services.imports.stage import ImportProgress, Tally, stage

__all__ = [
    "Accounting",
    "Chosen",
    "ColumnAccount",
    "ImportProgress",
    "Partitions",
    "Place",
    "Sampled",
    "Staging",
    "Tally",
    "account",
    "choose_mapping",
    "located",
    "propose",
    "stage",
]
