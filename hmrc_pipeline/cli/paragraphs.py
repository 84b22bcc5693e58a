"""Help texts as paragraphs that fill the terminal, whatever the width of the source they are written in."""

import inspect

import typer

__all__ = ["flow_help"]


def flow_help(app: typer.Typer) -> None:
    """Let each paragraph of every verb's docstring flow: Typer would keep the source's line breaks."""
    for command in app.registered_commands:
        paragraphs = inspect.cleandoc(command.help or getattr(command.callback, "__doc__", None) or "").split("\n\n")
        command.help = "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
    for group in app.registered_groups:
        if group.typer_instance is not None:
            flow_help(group.typer_instance)
