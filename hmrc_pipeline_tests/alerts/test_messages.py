"""What a message says, and what it can never say."""

import dataclasses

import pytest

from hmrc_pipeline.alerts import Change, message_of


@pytest.mark.parametrize("failing", [True, False])
def test_a_message_names_the_year_and_where_to_look(failing: bool) -> None:
    message = message_of(Change("no_payslip_is_missing", "2024-25", failing), "https://pay.example")
    assert "2024-25" in message.title
    assert "payslip" in message.title
    assert "https://pay.example/assets/reconciliation?view=checks" in message.body
    assert message.is_recovery is not failing


def test_a_change_has_no_room_for_a_person_or_an_amount() -> None:
    assert {field.name for field in dataclasses.fields(Change)} == {"check", "tax_year", "failing"}
