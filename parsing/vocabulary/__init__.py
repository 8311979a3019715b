"""Every word list once: what is blank, what a field is called, how units and money are written."""
