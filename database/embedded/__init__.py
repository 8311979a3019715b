"""A Postgres of our own on 127.0.0.1, for those who have none."""

from database.embedded.server import DATABASE, Embedded

__all__ = ["DATABASE", "Embedded"]
