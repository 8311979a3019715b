"""Declarations without behaviour: settings, listing fields, facts about sources, errors."""
