"""The command line: a command parses, calls one service and renders what it returns."""
