"""Who is here: sessions, counted by their sockets; once none is left, what was kept for them can go."""

import asyncio
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send


class Presence:
    """Count open WebSockets; some time after the last has closed, and none opened, do something beside them.

    Parameters
    ----------
    app
        The application.
    when_empty
        What is done, in a thread of its own.
    after_s
        How long nobody has been here by then, seconds: whoever reloads a page is back sooner.
    """

    def __init__(self, app: ASGIApp, *, when_empty: Callable[[], object], after_s: float) -> None:
        self.app = app
        self.here = 0
        self._when_empty, self._after_s = when_empty, after_s
        self._waiting: asyncio.TimerHandle | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or carry a session."""
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        self._come()
        try:
            await self.app(scope, receive, send)
        finally:
            self._leave()

    def _come(self) -> None:
        self.here += 1
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _leave(self) -> None:
        self.here -= 1
        if not self.here:
            loop = asyncio.get_running_loop()
            self._waiting = loop.call_later(self._after_s, loop.run_in_executor, None, self._when_empty)
