"""`simulate`: honest stand-ins to try things against."""

import re
from typing import Annotated

import typer

from hmrc_pipeline.cli.context import require_free
from hmrc_pipeline.wording import count_of

__all__ = ["register"]

_ANOTHER = "choose another with --port"
EXAMPLE_UTR = "2234567890"  # HMRC's own example


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="Run a stand-in for HMRC or for Paperless on this machine.")
    group.command()(hmrc)
    group.command()(paperless)
    app.add_typer(group, name="simulate")


def hmrc(port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 9400) -> None:
    """A strict stand-in for HMRC: sign-in, tokens, annual summaries, errors. Until Ctrl-C.

    It prints the settings that point hmrc-pipeline at it.
    """
    from hmrc_pipeline.cli.output import remark
    from hmrc_pipeline.simulators.hmrc import HmrcState, create_app, run

    require_free("127.0.0.1", port, _ANOTHER)
    state = HmrcState()
    application = state.add_application("http://localhost:8080/oauth/callback")
    user = state.add_user(EXAMPLE_UTR)
    for year, scenario in (("2023-24", "HAPPY_PATH_1"), ("2024-25", "HAPPY_PATH_2")):
        state.load_scenario(EXAMPLE_UTR, year, scenario)
    base = f"http://127.0.0.1:{port}"
    typer.echo(f"export HMRC_PIPELINE_HMRC_API_URL={base}")
    typer.echo(f"export HMRC_PIPELINE_HMRC_AUTHORISE_URL={base}/oauth/authorize")
    typer.echo(f"export HMRC_PIPELINE_HMRC_TOKEN_URL={base}/oauth/token")
    typer.echo(f"export HMRC_PIPELINE_HMRC_CLIENT_ID={application.client_id}")
    typer.echo(f"export HMRC_PIPELINE_HMRC_CLIENT_SECRET={application.client_secret}")
    remark(f"Sign in as {user.user_id} with the password {user.password}: the made-up person with UTR {EXAMPLE_UTR}.")
    run(create_app(state), port)


def paperless(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 9401,
    version: Annotated[str, typer.Option(help="What it says it is: 3.0.5, or 2.20.15 with its ways.")] = "3.0.5",
    empty: Annotated[bool, typer.Option("--empty", help="Begin without the made-up payslips.")] = False,
) -> None:
    """A strict stand-in for Paperless-ngx with a made-up employee's payslips and P60s, tagged. Until Ctrl-C.

    It prints the settings that point hmrc-pipeline at it; upload more to it as you would to Paperless.
    """
    from hmrc_pipeline.cli.output import remark
    from hmrc_pipeline.simulators.paperless import PaperlessState, create_app, fill, run

    if not re.fullmatch(r"[23]\.\d+\.\d+", version):
        raise typer.BadParameter("write a version of Paperless-ngx 2 or 3, such as 2.20.15 or 3.0.5")
    require_free("127.0.0.1", port, _ANOTHER)
    state = PaperlessState(version)
    tags = {name: state.add_tag(name) for name in ("payslip", "p60")}
    user = state.add_user("hmrc-pipeline")
    count = 0 if empty else fill(state, tags["payslip"], tags["p60"])
    typer.echo(f"export HMRC_PIPELINE_PAPERLESS_URL=http://127.0.0.1:{port}")
    typer.echo(f"export HMRC_PIPELINE_PAPERLESS_TOKEN={user.token}")
    remark(f"Paperless-ngx {version}, made up, with {count_of(count, 'document')} tagged payslip or p60.")
    run(create_app(state), port)
