"""Quality for people: one page of sections, drawn for a terminal, as Markdown or as HTML."""
