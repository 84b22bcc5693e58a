"""Our fraud-prevention headers before HMRC's own validator, at the sandbox: when HMRC_VALIDATOR=1 says so.

Needs HMRC_PIPELINE_HMRC_CLIENT_ID and HMRC_PIPELINE_HMRC_CLIENT_SECRET of a sandbox application that is subscribed
to Test Fraud Prevention Headers. Against the simulator's validator the same is tested always.
"""

import os
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_socket

from hmrc_pipeline.hmrc.fraud_headers import BATCH, OTHER, WEB
from hmrc_pipeline.hmrc.sandbox import check_headers
from hmrc_pipeline.settings import PREFIX, SANDBOX
from hmrc_pipeline_tests.hmrc.support import make_home

# Before a test takes the settings of the environment away.
WANTED = os.environ.get("HMRC_VALIDATOR") == "1"
APPLICATION = {name: os.environ.get(f"{PREFIX}{name}".upper()) for name in ("hmrc_client_id", "hmrc_client_secret")}
MAY_BE_MISSING = {"gov-client-multi-factor", "gov-vendor-license-ids"}


@pytest.mark.real
@pytest.mark.skipif(not WANTED, reason="HMRC's own validator is asked with HMRC_VALIDATOR=1")
def test_hmrcs_validator_finds_no_error(tmp_path: Path) -> None:
    if not all(APPLICATION.values()):
        pytest.skip(f"{PREFIX}HMRC_CLIENT_ID and {PREFIX}HMRC_CLIENT_SECRET of a sandbox application are not set")
    pytest_socket._remove_restrictions()
    try:
        socket.create_connection((SANDBOX.removeprefix("https://"), 443), timeout=10).close()
    except OSError:
        pytest.skip("HMRC's sandbox cannot be reached from here")
    home = make_home(tmp_path / "home", **APPLICATION)
    reports = check_headers(home, clock=lambda: datetime.now(UTC))
    assert [report.method for report in reports] == [BATCH, OTHER, WEB]
    for report in reports:
        assert report.errors == (), report.method
        others = [warning for warning in report.warnings if not any(name in warning for name in MAY_BE_MISSING)]
        assert others == [], report.method
