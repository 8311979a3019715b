"""The change feed: every change in commit order, from any place, without gaps; and who follows it."""

from services.feed.subscribers import Subscriber, follow_up
from services.feed.watch import Change, Place, WatchOptions, changes

__all__ = ["Change", "Place", "Subscriber", "WatchOptions", "changes", "follow_up"]
