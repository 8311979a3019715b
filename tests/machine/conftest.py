"""Asserts of the machine show what they compared, as those of a test module do."""

import pytest

pytest.register_assert_rewrite("tests.machine.catalogue_machine")
