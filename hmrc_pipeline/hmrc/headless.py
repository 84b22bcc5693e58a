"""`authorise --headless`: a real Chromium goes through the sign-in pages of HMRC's sandbox or of the simulator.

Never those of the real HMRC, where only a person signs in. Needs the extra `[browser]` and a Chromium of the system.
"""

import os
import re
import shutil
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from hmrc_pipeline.hmrc.endpoints import EndpointProblem, is_loopback, place_of
from hmrc_pipeline.problems import Problem
from hmrc_pipeline.settings import PREFIX, Settings

__all__ = ["BrowserProblem", "headless_browser"]

_PAGES = 12
_CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_SIGN_IN = "input[type=password]"
_USER = "#userId, #user_id, input[name=userId], input[name=user_id]"
_PERMIT = re.compile(r"give permission|grant|authori[sz]e", re.IGNORECASE)
_ONWARDS = re.compile(r"continue|sign in", re.IGNORECASE)
_REFUSE = re.compile(r"do not|deny|cancel", re.IGNORECASE)


class BrowserProblem(Problem):
    """The browser could not go through the pages; the message says where it stood, never what it typed."""


def headless_browser(settings: Settings, *, user_id: str, password: str) -> Callable[[str], None]:
    """What `authorise` takes as `open_browser`: signs in as a test user and gives permission.

    Raises `EndpointProblem` for the real HMRC and `BrowserProblem` when no browser is installed.
    """
    host = urlsplit(str(settings.hmrc_authorise_url)).hostname or ""
    if place_of(settings) == "HMRC" or not (is_loopback(host) or host.startswith("test-")):
        raise EndpointProblem("only a person signs in at the real HMRC: leave out --headless")
    executable = next((found for name in _CHROMIUMS if (found := shutil.which(name))), None)
    if executable is None:
        raise BrowserProblem("no Chromium is installed on this machine: install the package chromium")
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        raise BrowserProblem("driving a browser needs: pip install 'hmrc-pipeline[browser]'") from None

    def go_through(url: str) -> None:
        trouble = "the browser failed"
        try:
            with sync_playwright() as playwright:
                root = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium refuses its own sandbox to root
                browser = playwright.chromium.launch(
                    executable_path=executable, headless=True, args=root, env=_without_our_settings()
                )
                try:
                    page = browser.new_page()
                    page.set_default_timeout(15_000)
                    page.goto(url)
                    if _walk(page, settings.hmrc_redirect_uri, user_id, password):
                        return
                    trouble = f"the sign-in pages did not end where they should; the last was {_title(page)}"
                finally:
                    browser.close()
        except Error as problem:  # its text repeats addresses, which hold the state and the code
            trouble = f"the browser failed ({type(problem).__name__})"
        raise BrowserProblem(trouble)

    return go_through


def _without_our_settings() -> dict[str, str | float | bool]:
    """The browser's environment: secrets of ours are none of its business."""
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}


def _walk(page: Any, redirect_uri: str, user_id: str, password: str) -> bool:
    """Page by page until HMRC sends the browser back."""
    signed_in = False
    for _ in range(_PAGES):
        if page.url.startswith((redirect_uri, redirect_uri.replace("localhost", "127.0.0.1"))):
            return True
        if page.locator(_SIGN_IN).count() and not signed_in:
            page.locator(_USER).first.fill(user_id)
            page.locator(_SIGN_IN).first.fill(password)
            page.locator(_SIGN_IN).first.press("Enter")
            signed_in = True
        elif not _press(page, _PERMIT) and not _press(page, _ONWARDS):
            return False
        page.wait_for_load_state()
    return False


def _press(page: Any, words: re.Pattern[str]) -> bool:
    """Press the first button or link with these words that does not refuse."""
    for role in ("button", "link"):
        for found in page.get_by_role(role, name=words).all():
            if not _REFUSE.search(found.inner_text()):
                found.click()
                return True
    return False


def _title(page: Any) -> str:
    return repr(str(page.title())[:80])
