"""`rules`: what rows are checked by, what other thresholds would find, and changing them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.catalogue import Catalogue, home, homes
from tests.cli.conftest import Cli
from tests.cli.sessions import other_source, today
from tests.tables import rows as each_of


async def test_rules_are_listed_with_their_thresholds(acme: Catalogue, cli: Cli) -> None:
    found = {each["name"]: each for each in (await cli("rules", "list", "--json")).document["rules"]}
    assert found["price_range"]["config"].keys() >= {"min", "max"}
    assert found["required_title"]["severity"] == "error"
    shown = (await cli("rules", "list")).stdout
    assert "bedrooms_range" in shown
    one = (await cli("rules", "show", "bedrooms_range")).stdout
    assert "max 200" in one


async def test_the_next_sync_checks_by_the_rule_as_it_was_set(acme: Catalogue, cli: Cli) -> None:
    """Also a row that has not changed since it passed."""
    rows = [home(1, bedrooms=9), *homes(3)[1:]]
    await acme.run(rows, day=today() - 1)
    ended = await cli("rules", "set", "bedrooms_range", "--max", "7", "--json")
    assert (ended.document["config"], ended.document["version"]) == ({"min": 0, "max": 7}, 2)
    synced = await acme.run(rows, day=today())
    assert synced.metrics.quarantined_properties == 1


async def test_a_rule_is_switched_off_and_made_milder(acme: Catalogue, cli: Cli) -> None:
    assert (await cli("rules", "set", "bedrooms_range", "--severity", "warning")).exit_code == 0
    assert "warning, off" in (await cli("rules", "set", "bedrooms_range", "--off")).stdout
    found = (await cli("rules", "show", "bedrooms_range", "--json")).document
    assert (found["severity"], found["active"], found["version"]) == ("warning", False, 3)
    assert (await cli("rules", "set", "bedrooms_range", "--on", "--json")).document["active"] is True


@pytest.fixture
async def one_home(acme: Catalogue) -> None:
    """A home in live."""
    await acme.run(homes(1), day=today())


@each_of(
    ("words", "said"),
    [
        ("set bedroom_range --max 7", "did you mean bedrooms_range?"),
        ("set bedrooms_range", "say what to change"),
        ("set bedrooms_range --regex x", "has no regex"),
        ("set required_title --min 1", "has no min"),
        ("set bedrooms_range --min 300", "is more than the most"),
        ("set valid_email --regex [", "valid_email"),
        ("set bedrooms_range --fail-above 500%", "a share is from 0 to 100 %"),
        ("set bedrooms_range --fail-above 5% --warn-above 6%", "is more than fail_above"),
        ("show nothing_like_it", "property-manager rules list"),
        ("history nothing_like_it", "property-manager rules list"),
        ("enable bedroom_range", "did you mean bedrooms_range?"),
        ("remove bedrooms_range", "property-manager rules disable bedrooms_range"),
        ("add", "name the rule"),
        ("add new_one", "say what kind of rule new_one is"),
        ("add New --kind required --field title", "a name is of small letters"),
        ("add new_one --kind range --field pric --min 1", "did you mean 'price'?"),
        ("add new_one --kind range --field title --min 1", "a range needs a numeric field"),
        ("add new_one --kind range --field price", "a range needs min, max or both"),
        ("add new_one --kind range --field price --min 1 --regex x", "has no regex"),
        ("add new_one --kind pattern --field title --regex [", "new_one: invalid regular expression"),
        ("add new_one --kind one_of --field city", "one_of needs a list of values"),
        ("add new_one --kind length --field city", "a length needs min, max or both"),
        (
            "add new_one --kind custom --function no_such",
            "there is no function property_manager_rules.no_such",
        ),
        ("add new_one --kind unique --field title --when city=Lima", "limited to sources alone"),
        ("add new_one --kind required --field title --when source=acmee", 'there is no source "acmee"'),
        ("add new_one --kind required --field title --when cty=Lima", "did you mean 'city'?"),
        ("add new_one --kind required --field title --when city", "write it as FIELD=VALUE"),
        ("add price_range --kind required --field price", "rules set price_range"),
    ],
)
async def test_what_a_rule_cannot_be_is_refused(words: str, said: str, one_home: None, cli: Cli) -> None:
    ended = await cli("rules", *words.split())
    assert (ended.exit_code, said in ended.stderr) == (2, True), ended.stderr


async def test_a_draft_is_checked_by_no_sync_until_it_is_enabled(acme: Catalogue, cli: Cli) -> None:
    """Then by the next one, over rows that have not changed too; disabled, by none again."""
    rows = [home(1, city="Lima"), *homes(9)[1:]]
    words = ["no_lima", "--kind", "one_of", "--field", "city", "--value", "Mérida", "--severity", "error"]
    (draft,) = (await cli("rules", "add", *words, "--json")).document["rules"]
    assert (draft["draft"], draft["active"], draft["config"]) == (True, False, {"values": ["Mérida"]})
    assert "error, draft" in (await cli("rules", "list")).stdout
    assert (await acme.run(rows, day=today() - 3)).metrics.quarantined_properties == 0

    assert (await cli("rules", "enable", "no_lima", "--json")).document["draft"] is False
    assert (await acme.run(rows, day=today() - 2)).metrics.quarantined_properties == 1

    disabled = await cli("rules", "disable", "no_lima")
    assert "No sync checks rows by it" in disabled.stdout
    assert (await acme.run(rows, day=today() - 1)).metrics.quarantined_properties == 0


async def test_a_rule_of_one_source_judges_no_other(acme: Catalogue, cli: Cli) -> None:
    """Nor does a change of it make the other validate its unchanged rows again; it follows a new name."""
    other = await other_source(acme, "other")
    for each in (acme, other):
        await each.run(homes(9), day=today() - 3)
    words = "add few --kind range --field bedrooms --max 2 --severity error --when source=acme --on"
    assert (await cli("rules", *words.split())).exit_code == 0

    assert (await acme.run(homes(9), day=today() - 2, dry_run=True)).metrics.quarantined_properties == 9
    again = await other.run(homes(9), day=today() - 2)
    assert again.metrics.quarantined_properties == 0
    looked_at = "select count(*) from property_manager.candidates where session_id = $1"
    assert await acme.superuser.fetchval(looked_at, again.session_id) == 0

    assert (await cli("sources", "rename", "acme", "acme2")).exit_code == 0
    assert (await cli("rules", "show", "few", "--json")).document["config"]["when"] == {"source": "acme2"}
    acme.source = acme.source.model_copy(update={"name": "acme2"})
    assert (await acme.run(homes(9), day=today() - 1, dry_run=True)).metrics.quarantined_properties == 9


async def test_a_rule_that_no_sync_has_checked_can_be_removed_and_no_other(acme: Catalogue, cli: Cli) -> None:
    """Also one that was enabled by mistake; what was removed still has its history."""
    await acme.run(homes(3), day=today() - 2)
    for name in ("first", "second"):
        await cli("rules", "add", name, "--kind", "required", "--field", "city", "--on")
    assert (await cli("rules", "remove", "first")).exit_code == 0
    assert (await cli("rules", "show", "first")).exit_code == 2
    told = (await cli("rules", "history", "first", "--json")).document["changes"]
    assert [each["action"] for each in told] == ["add_rule", "remove_rule"]

    await acme.run(homes(3), day=today() - 1)
    refused = await cli("rules", "remove", "second")
    assert (refused.exit_code, "has judged rows" in refused.stderr) == (2, True)
    assert "rules disable second" in refused.stderr


async def test_every_change_of_a_rule_is_in_the_admin_audit_with_who_made_it(
    acme: Catalogue, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also one that was made by SQL, past the program: its login is the actor."""
    monkeypatch.setattr("getpass.getuser", lambda: "ana")
    await cli("rules", "set", "price_range", "--min", "5000", "--severity", "error")
    monkeypatch.setattr("getpass.getuser", lambda: "ben")
    await cli("rules", "set", "price_range", "--off", "--fail-above", "5%")
    await acme.superuser.execute(
        "update public.validation_rules set description = 'mine' where rule_name = 'price_range'"
    )

    told = (await cli("rules", "history", "price_range", "--json")).document["changes"]
    login = await acme.superuser.fetchval("select session_user")
    assert [(each["actor"], each["action"], each["version"]) for each in told] == [
        ("ana", "change_rule", 2),
        ("ben", "disable_rule", 3),
        (login, "change_rule", 3),
    ]
    assert (told[0]["old"]["config"]["min"], told[0]["new"]["config"]["min"]) == (1000, 5000)
    assert (told[0]["old"]["severity"], told[0]["new"]["severity"]) == ("warning", "error")
    shown = (await cli("rules", "history", "price_range")).stdout
    assert "severity warning → error; min 1000 → 5000" in shown
    assert "on → off; fail_above none → 0.05" in shown
    untouched = await cli("rules", "history", "valid_email")
    assert "as it came with the program" in untouched.stdout


async def test_a_file_of_rules_is_added_whole_or_not_at_all(
    acme: Catalogue, cli: Cli, tmp_path: Path
) -> None:
    """Whatever is wrong with one of them is said with the file, the rule and the key."""
    good = """
    [[rule]]
    name = "rent_usual"
    field = "price"
    kind = "range"
    max = 20000
    severity = "error"
    when = {operation = "rent", city = ["Mérida", "Lima"]}
    fail_above = "5%"

    [[rule]]
    name = "no_igloos"
    field = "property_type"
    kind = "one_of"
    values = ["Casa", "Lote"]
    """
    file = tmp_path / "rules.toml"
    file.write_text(good + '[[rule]]\nname = "wrong"\nkind = "range"\nfield = "title"\nmin = 1\n')
    refused = await cli("rules", "add", "--file", str(file))
    assert (refused.exit_code, "rule wrong: a range needs a numeric field" in refused.stderr) == (2, True)
    assert (await cli("rules", "show", "rent_usual")).exit_code == 2

    file.write_text(good)
    added = (await cli("rules", "add", "--file", str(file), "--json")).document["rules"]
    assert [(each["name"], each["draft"]) for each in added] == [("rent_usual", True), ("no_igloos", True)]
    assert added[0]["config"] == {
        "max": 20000,
        "when": {"operation_type": "rent", "city": ["Mérida", "Lima"]},
        "fail_above": 0.05,
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '[[rule]]\nname = "a"\nkind = "range"\nfield = "pric"\nmin = 1',
            "rule a: field: unknown field 'pric'",
        ),
        ('[[rule]]\nname = "a"\nkind = "rnge"', "rule a: kind"),
        (
            '[[rule]]\nname = "a"\nkind = "required"\nfeild = "title"',
            "unknown key 'feild'; did you mean 'field'?",
        ),
        ('[[rule]]\nkind = "required"', "rule 1: name is missing"),
        ('[[rule]]\nname = "a"\nkind = "range"\nmin = "x"', "rule a: min"),
        ('[[rule]]\nname = "a"\nkind = "required"\nwhen = {cty = "x"}', "rule a: when: unknown field 'cty'"),
        ('[[rule]]\nname = "a"\nkind = "required"\nfail_above = "half"', "rule a: fail_above: a share"),
        ('[[rule]]\nname = "a"\nkind = "required"\n' * 2, "rule a: it is there twice"),
        ('[[rules]]\nname = "a"', "unknown key 'rules'"),
        ("", "there is no rule in it"),
        ("[[rule", "the file is no TOML"),
    ],
)
async def test_a_mistake_in_a_file_of_rules_names_the_file_the_rule_and_the_key(
    text: str, said: str, cli: Cli, tmp_path: Path
) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(text)
    for what in ("add", "test"):
        ended = await cli("rules", what, "--file", str(file))
        assert (ended.exit_code, said in ended.stderr, str(file) in ended.stderr) == (2, True, True), (
            ended.stderr
        )


async def test_the_functions_that_a_rule_may_call_are_listed(acme: Catalogue, cli: Cli) -> None:
    found = {each["name"]: each for each in (await cli("rules", "functions", "--json")).document["functions"]}
    assert found["gps_agrees"]["rules"] == ["gps_agrees"]
    assert "image_urls_are_http" in (await cli("rules", "functions")).stdout


async def test_a_rule_whose_function_is_gone_can_still_be_switched_off(acme: Catalogue, cli: Cli) -> None:
    """Only switching it on again is refused, by what is missing."""
    await acme.superuser.execute(
        "create function property_manager_rules.gone(r public.property_scrapes_staging) returns text"
        " language sql as 'select null'"
    )
    await cli("rules", "add", "calls_it", "--kind", "custom", "--function", "gone", "--on")
    await acme.superuser.execute("drop function property_manager_rules.gone")
    assert (await cli("rules", "disable", "calls_it")).exit_code == 0
    refused = await cli("rules", "enable", "calls_it")
    assert (refused.exit_code, "there is no function property_manager_rules.gone" in refused.stderr) == (
        2,
        True,
    )


async def test_a_rule_that_is_written_by_the_service_past_the_program_is_in_the_audit(
    acme: Catalogue, cli: Cli
) -> None:
    """Also where it says what the deploy says of the rules that come with the program."""
    async with acme.superuser.transaction():
        await acme.superuser.execute("set local role service_role; set local property_manager.seeding = 'on'")
        await acme.superuser.execute(
            "insert into public.validation_rules (rule_name, field_name, rule_type, severity)"
            " values ('past_it', 'city', 'required', 'info')"
        )
        await acme.superuser.fetch(
            "select api.add_rules($1, true, 'ana')",
            '[{"name": "by_call", "field": "city", "kind": "required", "severity": "info"}]',
        )
    for name in ("past_it", "by_call"):
        told = (await cli("rules", "history", name, "--json")).document["changes"]
        assert [each["action"] for each in told] == ["add_rule"]
