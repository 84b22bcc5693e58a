"""`serve`, the web application alone, and `user`: who may sign in to it."""

import sys
from typing import Annotated

import typer

from hmrc_pipeline.cli.context import moment, opened_home

__all__ = ["register"]

_Name = Annotated[str, typer.Argument(help="The name to sign in with.", show_default=False)]


def register(app: typer.Typer) -> None:
    app.command()(serve)
    group = typer.Typer(no_args_is_help=True, help="Who may sign in to the web application.")
    group.command()(add)
    group.command("list")(list_all)
    group.command()(disable)
    app.add_typer(group, name="user")


def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to bind to; HMRC_PIPELINE_WEB_HOST.", show_default="127.0.0.1")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Its port; HMRC_PIPELINE_WEB_PORT.", show_default="8090")] = None,
) -> None:
    """Run the web application until Ctrl-C: sign-in, authorisation at HMRC, sync and webhook addresses, health.

    It is not opened beyond this machine before there is a login: hmrc-pipeline user add NAME.
    """
    from hmrc_pipeline.cli.output import remark
    from hmrc_pipeline.web import create_app, open_socket, refuse_open_door, run

    home = opened_home()
    where = home.settings.web_host if host is None else host
    refuse_open_door(home, where)
    with open_socket(where, home.settings.web_port if port is None else port) as listener:
        remark(f"The web application is at {home.settings.public_url or _address(listener.getsockname())}")
        run(create_app(lambda: home), listener)


def add(
    name: _Name,
    from_stdin: Annotated[
        bool, typer.Option("--from-stdin", help="Read the password from the first line of standard input.")
    ] = False,
) -> None:
    """Add a user, or give one a new password. The password is asked for without showing it."""
    from hmrc_pipeline.cli.output import remark
    from hmrc_pipeline.logins import add_user

    password = sys.stdin.readline().rstrip("\r\n") if from_stdin else _asked()
    is_new = add_user(opened_home(), name, password, now=moment())
    remark("Added." if is_new else "The password is changed; whoever was signed in under this name no longer is.")


def list_all(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, on stdout.")] = False,
) -> None:
    """List who may sign in to the web application, and who no longer may."""
    from hmrc_pipeline.cli.output import print_json, print_table
    from hmrc_pipeline.logins import list_users

    users = list_users(opened_home())
    if not as_json:
        rows = [[user.name, user.added_at.date(), "disabled" if user.disabled_at else "may sign in"] for user in users]
        print_table("Users", ["name", "added", "state"], rows)
        return
    for user in users:
        disabled = user.disabled_at.isoformat() if user.disabled_at else None
        print_json({"name": user.name, "added_at": user.added_at.isoformat(), "disabled_at": disabled})


def disable(name: _Name) -> None:
    """Let a user in no more, and sign them out everywhere. `user add` lets them in again."""
    from hmrc_pipeline.cli.output import remark
    from hmrc_pipeline.logins import disable_user

    disable_user(opened_home(), name, now=moment())
    remark("Disabled.")


def _asked() -> str:
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))


def _address(bound: tuple[str, int]) -> str:
    name = f"[{bound[0]}]" if ":" in bound[0] else bound[0]
    return f"http://{name}:{bound[1]}/"
