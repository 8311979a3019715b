"""What lets a page move: one listener of the database tells any number of browsers."""
