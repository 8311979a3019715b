"""A Supabase project over HTTPS: the same named queries, as calls of the functions of schema `api`."""

from database.https.handle import HttpsDatabase

__all__ = ["HttpsDatabase"]
