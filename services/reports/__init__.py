"""What anybody may ask: sessions, plans, quality, quarantine, and whether everything is as promised."""
