"""The demo: a sample portal on loopback and four days of its life."""
