"""The style sheet, the script and the icon of the pages; nothing is loaded from anywhere else."""

from importlib import resources

from fastapi import APIRouter
from starlette.responses import Response

from hmrc_pipeline.web.shared import Web

__all__ = ["router"]


def router(_web: Web) -> APIRouter:
    """`/style.css`, `/page.js` and `/icon.svg`."""
    area = APIRouter()
    folder = resources.files("hmrc_pipeline.web") / "static"
    style, script, icon = ((folder / name).read_bytes() for name in ("style.css", "page.js", "icon.svg"))

    @area.api_route("/style.css", methods=["GET", "HEAD"])
    def style_sheet() -> Response:
        return Response(style, media_type="text/css")

    @area.api_route("/page.js", methods=["GET", "HEAD"])
    def page_script() -> Response:
        return Response(script, media_type="text/javascript")

    @area.api_route("/icon.svg", methods=["GET", "HEAD"])
    def page_icon() -> Response:
        return Response(icon, media_type="image/svg+xml")

    return area
