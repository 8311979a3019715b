"""The real parts of a Supabase project, for tests: what runs without containers is run, nothing is imitated.

`packages.py` says where each part is; a module for each part starts and ends it; `fixtures.py` hands them to
tests.
"""
