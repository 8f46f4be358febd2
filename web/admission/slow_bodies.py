"""Slow bodies: no request and no WebSocket waits for its client for ever."""

import asyncio

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.admission.connections import Connection, current_connection

# A body may take these seconds, and one more for every so many bytes.
BODY_SECONDS, BODY_BYTES_PER_SECOND = 20.0, 1024
# A page speaks first; a WebSocket that says nothing at all is none of ours.
FIRST_WORD_SECONDS = 20.0


class PatientAnswers:
    """Mark connections as busy while they are answered, and give no body and no WebSocket for ever."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before `app`."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        connection = current_connection()
        if connection is None or scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        timed = _TimedBody if scope["type"] == "http" else _TimedFirstWord
        listening = timed(receive, connection)
        with connection.busy():
            try:
                await self.app(scope, listening, send)
            except ClientDisconnect:
                if not listening.given_up:
                    raise


class _TimedBody:
    def __init__(self, receive: Receive, connection: Connection) -> None:
        self._receive, self._connection = receive, connection
        self._deadline: float | None = None
        self._complete = self.given_up = False

    async def __call__(self) -> Message:
        if self._complete:
            return await self._receive()
        if self._deadline is None:
            self._deadline = asyncio.get_running_loop().time() + BODY_SECONDS
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await self._receive()
        except TimeoutError:
            self._connection.close()
            self._complete = self.given_up = True
            # The server hears of it first, or it would log that no answer was made.
            await asyncio.sleep(0)
            return {"type": "http.disconnect"}
        self._deadline += len(message.get("body", b"")) / BODY_BYTES_PER_SECOND
        self._complete = not message.get("more_body", False)
        return message


class _TimedFirstWord:
    def __init__(self, receive: Receive, connection: Connection) -> None:
        self._receive, self._connection = receive, connection
        self._heard = self.given_up = False

    async def __call__(self) -> Message:
        if self._heard:
            return await self._receive()
        try:
            async with asyncio.timeout(FIRST_WORD_SECONDS):
                message = await self._receive()
        except TimeoutError:
            self._connection.close()
            self._heard = self.given_up = True
            return {"type": "websocket.disconnect", "code": 1008}
        self._heard = message["type"] != "websocket.connect"
        return message
