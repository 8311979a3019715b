"""Which part of a page or its address is the id of its listing: one rule a source, learned and remembered."""

from scrapers.ids.choose import Choice, Surveyed, choose, id_by, survey
from scrapers.ids.rule import Rule
from scrapers.ids.seen import Seen

__all__ = ["Choice", "Rule", "Seen", "Surveyed", "choose", "id_by", "survey"]
