"""What a message says, and what it can never say."""

import dataclasses

import pytest

from hmrc_pipeline.alerts import Change, message_of


@pytest.mark.parametrize("failing", [True, False])
def test_a_message_names_the_year_and_where_to_look(failing: bool) -> None:
    message = message_of(Change("2024-25", ("no_payslip_is_missing",), failing), "https://pay.example")
    assert "2024-25" in message.title
    assert "payslip" in message.title
    assert "https://pay.example/assets/reconciliation?view=checks" in message.body
    assert message.is_recovery is not failing


def test_a_change_has_no_room_for_a_person_or_an_amount() -> None:
    assert {field.name for field in dataclasses.fields(Change)} == {"checks", "tax_year", "failing"}


def test_several_checks_are_one_message_nearest_to_the_cause_first() -> None:
    checks = ("payslips_agree_with_p60", "year_to_date_is_continuous", "a check to come", "no_payslip_is_missing")
    message = message_of(Change("2024-25", checks, True), "https://pay.example")
    assert message.title == "2024-25: a payslip seems to be missing"
    assert message.body.startswith(
        "Also: a payslip's year to date does not follow; payslips and P60 disagree; a check fails. See why"
    )
