"""The pages, a module each: `PAGES`, and `ACTIONS` where something is decided there."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from dashboard.page import Action, Page


@cache
def all_pages() -> tuple[Page, ...]:
    """Every page of the modules here, in the order of their names."""
    return tuple(page for module in _modules() for page in module.PAGES)


@cache
def all_actions() -> tuple[Action, ...]:
    """Every action of the modules here."""
    return tuple(action for module in _modules() for action in getattr(module, "ACTIONS", ()))


@cache
def _modules() -> tuple:  # type: ignore[type-arg]
    names = sorted(found.name for found in pkgutil.iter_modules(__path__) if not found.name.startswith("_"))
    return tuple(importlib.import_module(f"{__name__}.{name}") for name in names)
