"""Erasing personal data everywhere it is kept, and keeping it out."""
