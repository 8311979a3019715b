"""The change feed: every change in commit order, from any place, without gaps; and who follows it."""

from services.feed.subscribers import Subscriber, follow_up
from services.feed.watch import Place, changes

__all__ = ["Place", "Subscriber", "changes", "follow_up"]
