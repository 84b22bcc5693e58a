"""`authorise`, `grants` and `sync`: HMRC's side."""

import json
import sys
import threading
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from hmrc_pipeline.cli.context import moment, opened_home
from hmrc_pipeline.wording import count_of

if TYPE_CHECKING:
    from hmrc_pipeline.hmrc import SyncLine
    from hmrc_pipeline.home import Home
    from hmrc_pipeline.settings import Settings
    from hmrc_pipeline.tax_year import TaxYear

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    app.command()(authorise)
    app.command()(grants)
    app.command()(sync)


def authorise(
    person: Annotated[str, typer.Option(help="The person's id, as `person list` shows it.")],
    agent: Annotated[bool, typer.Option("--agent", help="The authorisation is an agent's, for all clients.")] = False,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Print the address alone on stdout and wait for the call-back.")
    ] = False,
    paste: Annotated[
        bool, typer.Option("--paste", help="On a machine without a browser: paste the address HMRC sends you back to.")
    ] = False,
    headless: Annotated[
        bool,
        typer.Option(
            "--headless",
            help="At the sandbox or the simulator: sign in as a test user, unseen. Reads"
            ' {"user_id": ..., "password": ...} from standard input, as `sandbox seed` prints it.',
        ),
    ] = False,
) -> None:
    """Let HMRC ask a person for permission, once in 18 months. Opens HMRC's own sign-in page.

    With --agent a new client joins the agent's authorisation that is in use, and nobody has to sign in.
    """
    from hmrc_pipeline.cli.output import remark
    from hmrc_pipeline.hmrc import join_agent

    if headless + no_browser + paste > 1:
        raise typer.BadParameter("choose one of --headless, --no-browser and --paste")
    home = opened_home()
    if agent and join_agent(home, person, now=moment()):
        remark("The agent's authorisation, which is in use, covers this client now.")
        return
    _sign_in(home, person, agent=agent, no_browser=no_browser, paste=paste, headless=headless)
    remark("Authorised. HMRC will be asked when there can be an answer; to ask now: hmrc-pipeline sync")


def _sign_in(home: "Home", person: str, *, agent: bool, no_browser: bool, paste: bool, headless: bool) -> None:
    from hmrc_pipeline.hmrc import authorise as ask

    browser = _TestUser(home.settings) if headless else None
    try:
        ask(
            home,
            person,
            agent=agent,
            show=typer.echo if no_browser else _say_nothing if headless else _say_where,
            open_browser=browser or (None if no_browser or paste else _browser),
            paste=_pasted if paste else None,
            timeout=180.0 if headless else 600.0,
            now=moment,
        )
    finally:
        if browser:
            browser.wait()


def grants(
    renew: Annotated[
        bool, typer.Option("--renew", help="Only what is to be authorised or renewed now, or within 60 days.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, on stdout.")] = False,
) -> None:
    """List who has authorised us at HMRC, until when, and who has not; each with a link to begin.

    The link leads through the web application to HMRC's own sign-in page.
    """
    from hmrc_pipeline.cli.output import print_json, print_table
    from hmrc_pipeline.hmrc import authorisations

    home = opened_home()
    listed = [each for each in authorisations(home, now=moment()) if each.is_due or not renew]
    links = [home.settings.web_address + each.page for each in listed]
    if as_json:
        for each, link in zip(listed, links, strict=True):
            print_json(each.as_json() | {"link": link})
        return
    rows = [
        [
            ", ".join(each.people[:3]) + (f" and {len(each.people) - 3} more" if len(each.people) > 3 else ""),
            each.kind,
            each.state,
            each.expires_at.date() if each.expires_at else "",
            link,
        ]
        for each, link in zip(listed, links, strict=True)
    ]
    print_table(count_of(len(listed), "authorisation"), ["people", "kind", "state", "ends", "link"], rows)


def sync(
    tax_year: Annotated[str, typer.Option(help="A tax year (2024-25), `current`, or `due`.")] = "due",
    force: Annotated[bool, typer.Option("--force", help="Ask even where no answer can be expected yet.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, on stdout.")] = False,
    scheduled: Annotated[
        bool, typer.Option("--scheduled", help="For timers: HMRC is told that no person started this.")
    ] = False,
) -> None:
    """Ask HMRC for the annual figures of everyone who is authorised; every answer is kept.

    Exit code 0 also when HMRC has nothing yet, 2 on an error that stayed through every try, 3 when someone must
    authorise again.
    """
    from hmrc_pipeline.cli.output import print_json, print_table
    from hmrc_pipeline.hmrc import exit_code
    from hmrc_pipeline.hmrc import sync as ask

    started_by: Literal["person", "schedule"] = "schedule" if scheduled else "person"
    lines = ask(opened_home(), years=_years(tax_year), force=force, now=moment(), started_by=started_by)
    if as_json:
        for line in lines:
            print_json(line.as_json())
    else:
        print_table("HMRC", ["person", "tax year", "api", "state", "what it means"], _told(lines))
    raise typer.Exit(exit_code(lines))


def _told(lines: "list[SyncLine]") -> list[list[str]]:
    """One row for the APIs of a person's year that have the same to say."""
    rows: dict[tuple[str, str, str, str], list[str]] = {}
    for line in lines:
        rows.setdefault((line.person_id, line.tax_year, line.state, line.sentence), []).append(line.api)
    return [[person, year, "\n".join(apis), state, sentence] for (person, year, state, sentence), apis in rows.items()]


def _say_where(address: str) -> None:
    typer.echo(f"Sign in at HMRC here: {address}", err=True)  # one line however wide: it is to be copied


def _say_nothing(_address: str) -> None:
    """The browser that is driven knows where to go."""


def _browser(address: str) -> None:
    import webbrowser

    webbrowser.open(address)


class _TestUser:
    """A browser that signs in as the test user on standard input; waited for, so that it is not cut off."""

    def __init__(self, settings: "Settings") -> None:
        from hmrc_pipeline.hmrc.headless import headless_browser

        try:
            given = json.loads(sys.stdin.read(10_000))
            user_id, password = str(given["user_id"]), str(given["password"])
        except (ValueError, KeyError, TypeError):
            wanted = 'standard input must be one JSON object: {"user_id": ..., "password": ...}'
            raise typer.BadParameter(wanted) from None
        self._go_through = headless_browser(settings, user_id=user_id, password=password)
        self._thread: threading.Thread | None = None

    def __call__(self, address: str) -> None:
        self._thread = threading.current_thread()
        self._go_through(address)

    def wait(self) -> None:
        if self._thread:
            self._thread.join(20)


def _pasted() -> str:
    return str(typer.prompt("Paste the address you were sent to", hide_input=True, err=True))


def _years(text: str) -> "list[TaxYear] | Literal['due']":
    from hmrc_pipeline.tax_year import NotATaxYear, TaxYear

    if text == "due":
        return "due"
    if text == "current":
        return [TaxYear.current(moment())]
    try:
        return [TaxYear.parse(text)]
    except NotATaxYear as error:
        raise typer.BadParameter(str(error), param_hint="--tax-year") from None
