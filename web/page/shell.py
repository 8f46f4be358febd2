"""The page around every screen: Streamlit's own, with what an old browser lacks and words for what fails."""

import re
from importlib.util import find_spec
from pathlib import Path

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from geo.caching.remembered import remember
from web.map.packed import ASK_AGAIN, Packed, pack, send_packed
from web.map.points import FOLDER
from web.map.script import COLOURS

ASSETS = Path(__file__).resolve().parent / "assets"
HTML_TYPE = "text/html; charset=utf-8"
TITLE = "桂工图 · 广西工会服务网络"
LANGUAGE = "zh-CN"
OWN_NOSCRIPT = re.compile(r"<noscript>.*?</noscript>", re.DOTALL)


def streamlit_page() -> Path:
    package = find_spec("streamlit")
    if package is None or package.origin is None:
        raise FileNotFoundError("Streamlit is not installed: pip install -r requirements.txt.")
    return Path(package.origin).parent / "static" / "index.html"


@remember(holds="The page around every screen.", most_bytes=100_000)
def shell() -> Packed:
    """Write the page: our scripts, colours, title and language, our notices for Streamlit's."""
    page = streamlit_page().read_text(encoding="utf-8")
    scripts = f"<script>{_asset('early.js')}</script>\n<script>{_asset('modern.js')}</script>"
    first = f"<head>\n{scripts}\n<style>{COLOURS.read_text(encoding='utf-8')}</style>"
    notices = f"{_asset('notices.html')}<script>{_asset('notices.js')}</script>"
    for before, after in (
        ('<html lang="en">', f'<html lang="{LANGUAGE}">'),
        ("<title>Streamlit</title>", f"<title>{TITLE}</title>"),
        ("<head>", first),
        (OWN_NOSCRIPT.findall(page)[0], notices),
    ):
        if page.count(before) != 1:
            raise ValueError(
                f"Streamlit's page no longer holds {before[:40]!r} once; adapt web/page/shell.py."
            )
        page = page.replace(before, after)
    return pack(page.encode("utf-8"), media_type=HTML_TYPE)


class OwnShell:
    """Send our page wherever Streamlit would send its own: at every address of a screen."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        self._app = app
        page = streamlit_page()
        # The validator Starlette gives that very file; an answer that bears it is that file.
        self._replaced = FileResponse(page, stat_result=page.stat()).headers["etag"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        replaced = False

        async def send_ours(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start":
                replaced = Headers(raw=message["headers"]).get("etag") == self._replaced
                if replaced:
                    await _answer(Request(scope))(scope, receive, send)
            if not replaced:
                await send(message)

        await self._app(scope, receive, send_ours if scope["type"] == "http" else send)


def _answer(request: Request) -> Response:
    answer = send_packed(request, shell())
    answer.headers["Cache-Control"] = ASK_AGAIN
    return answer


def shell_routes() -> list[Route]:
    """Make the route ``/map/reached.json``: under which name a page reached the server."""

    def reached(request: Request) -> Response:
        seen = {"host": request.headers.get("host", "")}
        return JSONResponse(seen, headers={"Cache-Control": "no-store"})

    return [Route(f"{FOLDER}/reached.json", reached, methods=["GET"])]


def _asset(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")
