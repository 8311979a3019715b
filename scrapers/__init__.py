"""Fetch pages politely, read listings from them, turn raw text into typed cells."""
