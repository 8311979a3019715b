"""Counties that are shipped described, a file each."""
