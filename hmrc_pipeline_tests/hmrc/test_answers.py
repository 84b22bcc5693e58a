"""What an HTTP answer means, in both of HMRC's error shapes, with a reason per row."""

import pytest

from hmrc_pipeline.hmrc.answers import Outcome, error_code, read_answer

PLAIN = '{"employments":[{"employerPayeReference":"123/AB456","payFromEmployment":%s}]}'


@pytest.mark.parametrize(
    ("status", "text", "outcome", "why"),
    [
        (200, PLAIN % "22500", Outcome.FOUND, "whole pounds"),
        (200, PLAIN % "22500.00", Outcome.FOUND, "pounds and pence"),
        (200, '{"employments":[]}', Outcome.FOUND, "an empty list is an answer, not a 404"),
        (200, '{"employments":[],"madeUpLater":{"x":[1]}}', Outcome.FOUND, "schemas are open"),
        (200, '{"class1":{"totalNICableEarnings":10},"maxNICsReached":false}', Outcome.FOUND, "National Insurance"),
        (200, PLAIN % '"22500"', Outcome.UNREADABLE, "an amount as text: unsure, so not taken"),
        (200, PLAIN % "1.005", Outcome.UNREADABLE, "a fraction of a penny"),
        (200, PLAIN % "NaN", Outcome.UNREADABLE, "not JSON"),
        (200, PLAIN % "1e999999", Outcome.UNREADABLE, "no pay is that large"),
        (200, '{"employments":[{"payFromEmployment":1}]}', Outcome.UNREADABLE, "an employment without a reference"),
        (200, "<html>", Outcome.UNREADABLE, "a portal's page in between"),
        (200, "[" * 100_000, Outcome.UNREADABLE, "a bomb"),
        (404, '{"code":"NOT_FOUND","message":"Resource was not found"}', Outcome.NO_DATA, "no figures"),
        (404, '{"statusCode":404,"message":"NOT_FOUND"}', Outcome.NO_DATA, "no figures, in the older shape"),
        (404, '{"code":"MATCHING_RESOURCE_NOT_FOUND","message":"x"}', Outcome.WRONG_REQUEST, "a wrong address"),
        (404, "<html>not found</html>", Outcome.WRONG_REQUEST, "something else answered"),
        (404, "{}", Outcome.WRONG_REQUEST, "a 404 without a code proves nothing"),
        (400, '{"code":"SA_UTR_INVALID","message":"x"}', Outcome.WRONG_REQUEST, "a wrong UTR"),
        (401, '{"code":"UNAUTHORIZED","message":"x"}', Outcome.UNAUTHORISED, "the token"),
        (403, '{"code":"INVALID_SCOPE","message":"x"}', Outcome.FORBIDDEN, "the scope"),
        (406, '{"code":"ACCEPT_HEADER_INVALID"}', Outcome.WRONG_REQUEST, "the version"),
        (429, '{"code":"MESSAGE_THROTTLED_OUT"}', Outcome.THROTTLED, "too fast"),
        (500, "", Outcome.UNAVAILABLE, "passes by itself"),
        (501, "", Outcome.WRONG_REQUEST, "does not"),
        (503, '{"code":"SCHEDULED_MAINTENANCE"}', Outcome.MAINTENANCE, "takes a while"),
        (503, '{"code":"SERVER_ERROR"}', Outcome.UNAVAILABLE, "passes by itself"),
        (504, '{"code":"GATEWAY_TIMEOUT"}', Outcome.UNAVAILABLE, "passes by itself"),
        (302, "", Outcome.WRONG_REQUEST, "a redirect is never followed with a token"),
    ],
)
def test_meanings(status: int, text: str, outcome: Outcome, why: str) -> None:
    assert read_answer(status, text).outcome is outcome, why


@pytest.mark.parametrize(
    ("text", "code", "why"),
    [
        (
            '{"code":"INVALID_REQUEST","errors":[{"code":"TAX_YEAR_INVALID"}]}',
            "TAX_YEAR_INVALID",
            "the inner one says more",
        ),
        ('{"statusCode":400,"message":"ERROR_SA_UTR_INVALID"}', "SA_UTR_INVALID", "the older shape"),
        ('{"statusCode":400,"message":"No one has UTR 2234567890"}', None, "free text could repeat what was asked"),
        ('{"error":"invalid_grant"}', "invalid_grant", "OAuth's shape"),
        ('{"code":7}', None, "not a word"),
        ("", None, "nothing"),
    ],
)
def test_codes(text: str, code: str | None, why: str) -> None:
    assert error_code(text) == code, why


def test_an_answer_never_shows_its_body() -> None:
    assert "22500" not in repr(read_answer(200, PLAIN % "22500"))
