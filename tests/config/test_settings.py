"""Settings are read from the variables that .env.example names, and from no other."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_args, get_origin

import pytest

from config.settings import Settings
from docs.generate import environment, variables

FOREIGN = {name.upper() for name in Settings.model_fields} - {
    name for info in Settings.model_fields.values() for name in variables(info)
}


@pytest.fixture(autouse=True)
def no_variable_of_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for info in Settings.model_fields.values():
        for name in variables(info):
            monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    "name", sorted({*FOREIGN, "HOME", "CONTACT", "CRASH_AT", "ERASURE_KEY", "RESO_TOKEN"})
)
@pytest.mark.parametrize("spelled", [str.upper, str.lower])
def test_variables_of_other_programs_are_not_read(
    name: str, spelled: type[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = Settings().model_dump()
    (tmp_path / ".env").write_text(f"{spelled(name)}=/somewhere/else\n")
    if name != "HOME":  # where the system's data folder is
        monkeypatch.setenv(spelled(name), "/somewhere/else")
    assert Settings().model_dump() == before


def test_every_setting_is_read_by_all_its_names(monkeypatch: pytest.MonkeyPatch) -> None:
    for field, info in Settings.model_fields.items():
        choices = get_args(info.annotation) if get_origin(info.annotation) is Literal else ("300",)
        given = str(not info.default) if info.annotation is bool else choices[-1]
        for name in variables(info):
            with monkeypatch.context() as patch:
                patch.setenv(name, given)
                value = getattr(Settings(), field)
            found = (
                value.get_secret_value()
                if hasattr(value, "get_secret_value")
                else f"{value:g}"
                if isinstance(value, float)
                else str(value)
            )
            assert found == given, name


def test_what_the_caller_gives_counts_instead_of_the_variable(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PROPERTY_MANAGER_HOME", "/from/the/environment")
    monkeypatch.setenv("SUPABASE_DB_URL", "postgresql://environment/name")
    given = Settings(home=tmp_path, database_url="postgresql://given/name")  # type: ignore[call-arg, arg-type]
    assert given.home == tmp_path
    assert given.database_url is not None
    assert given.database_url.get_secret_value() == "postgresql://given/name"


def test_the_documented_variables_are_of_this_program() -> None:
    named = [line.removesuffix("=") for line in environment() if line.endswith("=")]
    assert named
    assert all(
        name.startswith(("PROPERTY_MANAGER_", "SUPABASE_")) or name in ("DATABASE_URL", "DATABASE_READ_URL")
        for name in named
    )
    assert not [name for name in named if "CRASH" in name]
