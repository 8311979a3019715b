"""Palmetto County: a small invented county, its layers on loopback, and three days of them."""
