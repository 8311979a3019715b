"""The entry point: `python property_manager_cli.py CMD`, installed as `property-manager` too."""

from __future__ import annotations

import sys

from cli.app import main

if __name__ == "__main__":
    sys.exit(main())
