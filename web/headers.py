"""The headers every answer carries: what a page may load, and who may frame it."""

import base64
import hashlib
import re
from collections.abc import Callable, Iterable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.page.shell import shell

# Streamlit's own page computes 64-bit numbers in WebAssembly; this allows that and no evaluated script.
WASM = "'wasm-unsafe-eval'"
COMPONENT_FRAMES = "/component/"
INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


class SecurityHeaders:
    """Add the content-security policy and its companions to every HTTP answer."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        frame_script_hashes: Iterable[str] = (),
        image_hosts: Iterable[str] = (),
        frame_links: Callable[[], str] = str,
        base: str = "",
    ) -> None:
        """Prepare the policies once.

        Parameters
        ----------
        app
            The application answered for.
        frame_script_hashes
            CSP hash sources (`sha256-…`) of the constant inline scripts a component frame may run.
        image_hosts
            Origins the enabled basemaps load tiles from.
        frame_links
            Gives the `Link` header of a component frame: what it will fetch; empty for none.
        base
            The path the app is below, as `/path`; empty at the root of its host.
        """
        self.app = app
        self.frame_links = frame_links
        self.frames = f"{base}{COMPONENT_FRAMES}"
        page_scripts = [f"'{source}'" for source in _page_script_hashes()]
        frame_scripts = [f"'{source}'" for source in frame_script_hashes]
        self.page_policy = content_policy((WASM, *page_scripts), image_hosts)
        self.frame_policy = content_policy(frame_scripts, image_hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        framed = scope["path"].startswith(self.frames)
        policy = self.frame_policy if framed else self.page_policy

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = policy
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "same-origin"
                headers["X-Frame-Options"] = "SAMEORIGIN"
                headers["Cross-Origin-Opener-Policy"] = "same-origin"
                links = self.frame_links() if framed and scope["path"].endswith(".html") else ""
                if links:
                    headers["Link"] = links
            await send(message)

        await self.app(scope, receive, send_with_headers)


def content_policy(script_sources: Iterable[str], image_hosts: Iterable[str]) -> str:
    """Write the content-security policy: everything from this server, scripts only as files or by hash.

    Parameters
    ----------
    script_sources
        CSP sources of scripts beside this server's files, quoted as the policy wants them.
    image_hosts
        Further origins images may come from.
    """
    scripts = "".join(f" {source}" for source in script_sources)
    hosts = "".join(f" {host}" for host in image_hosts)
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self'{scripts}",
            "style-src 'self' 'unsafe-inline'",
            f"img-src 'self' data: blob:{hosts}",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "frame-src 'self'",
            "frame-ancestors 'self'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
        )
    )


def script_hash(script: str) -> str:
    """Return the CSP hash source (`sha256-…`) of an inline script's text."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _page_script_hashes() -> list[str]:
    """Hash the inline scripts of the page around every screen, so that no other inline script runs."""
    return [script_hash(script) for script in INLINE_SCRIPT.findall(shell().body.decode("utf-8"))]
