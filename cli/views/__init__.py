"""What commands print: a result as text for people, as one JSON document for programs."""
