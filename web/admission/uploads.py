"""Uploads: who may send a file, and how many bytes all of them may hold."""

import re
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.admission.origins import refuse

UPLOAD_PATH = re.compile(r"(?:.*)/_stcore/upload_file/(?P<session>[^/]+)/[^/]+/?")
NOT_PERMITTED, SESSION_FULL, ALL_FULL = "not_permitted", "session_full", "all_full"
STATUSES = {NOT_PERMITTED: 403, SESSION_FULL: 413, ALL_FULL: 413}
REFUSED = {
    NOT_PERMITTED: "请先输入口令或登录，再上传文件。\nGive the password or log in before you upload.\n",
    SESSION_FULL: "本页已上传的文件过多，请刷新页面。\nThis page holds too many files. Load it again.\n",
    ALL_FULL: "服务器上传的文件已满，请稍后再试。\nThe server holds too many files. Try again later.\n",
}
TOO_LONG = "请求内容过长。\nThe body of the request is too long.\n"
# Nothing but a file is longer than this.
BODY_BYTES = 1024 * 1024
MOST_SESSIONS = 10_000


class Sessions:
    """Remember which sessions may upload; the longest silent are forgotten where there are too many."""

    def __init__(self, most: int = MOST_SESSIONS) -> None:
        """Begin with none."""
        self._most = most
        self._permitted: OrderedDict[str, None] = OrderedDict()

    def permit(self, session: str) -> None:
        """Let a session upload."""
        self._permitted[session] = None
        self._permitted.move_to_end(session)
        while len(self._permitted) > self._most:
            self._permitted.popitem(last=False)

    def withdraw(self, session: str) -> None:
        """Let it upload no more."""
        self._permitted.pop(session, None)

    def may_upload(self, session: str) -> bool:
        """Return whether a session may upload."""
        return session in self._permitted


permitted = Sessions()


@dataclass
class UploadRules:
    """Say what uploads are held to.

    `may_upload` judges a session. `held` gives the bytes that each session holds already. `refused` is called
    with the session and the reason. `per_session` and `in_all` are bytes.
    """

    may_upload: Callable[[str], bool]
    held: Callable[[], Mapping[str, int]]
    refused: Callable[[str, str], None]
    per_session: int
    in_all: int
    _coming: Counter[str] = field(default_factory=Counter)

    def fault(self, session: str, more: int = 0) -> str | None:
        """Return why a session may not send so many bytes more; None if it may.

        Parameters
        ----------
        session
            Its id.
        more
            Bytes beyond those held and those already coming.
        """
        if not self.may_upload(session):
            return NOT_PERMITTED
        held = self.held()
        if held.get(session, 0) + self._coming[session] + more > self.per_session:
            return SESSION_FULL
        if sum(held.values()) + self._coming.total() + more > self.in_all:
            return ALL_FULL
        return None

    @contextmanager
    def coming(self, session: str) -> Iterator[Callable[[int], None]]:
        """Count bytes as coming until the end; gives a function that adds some."""
        counted = 0

        def add(more: int) -> None:
            nonlocal counted
            counted += more
            self._coming[session] += more

        try:
            yield add
        finally:
            self._coming[session] -= counted
            if not self._coming[session]:
                del self._coming[session]


class _StoppedError(Exception):
    """Report that a body went over its bound; the reason is its argument."""


class UploadLimits:
    """Judge every body before a byte of it is read, and count it while it comes."""

    def __init__(self, app: ASGIApp, *, rules: UploadRules) -> None:
        """Stand before `app`."""
        self.app = app
        self.rules = rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        announced = _announced(scope)
        upload = UPLOAD_PATH.fullmatch(scope["path"]) if scope["method"] == "PUT" else None
        if upload:
            await self._take(upload["session"], announced, scope, receive, send)
        elif announced > BODY_BYTES:
            await refuse(scope, receive, send, status=413, words=TOO_LONG)
        else:
            await self._pass(scope, receive, send)

    async def _take(self, session: str, announced: int, scope: Scope, receive: Receive, send: Send) -> None:
        reason = self.rules.fault(session, announced)
        if reason is None:
            with self.rules.coming(session) as add:
                add(announced)
                counted = _Counted(receive, announced, lambda more: self._more(session, more, add))
                reason = await _answered(self.app, scope, counted, send)
        if reason:
            self.rules.refused(session, reason)
            await refuse(scope, receive, send, status=STATUSES[reason], words=REFUSED[reason])

    def _more(self, session: str, more: int, add: Callable[[int], None]) -> None:
        reason = self.rules.fault(session, more)
        if reason:
            raise _StoppedError(reason)
        add(more)

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        def stop(_more: int) -> None:
            raise _StoppedError(TOO_LONG)

        counted = _Counted(receive, BODY_BYTES, stop)
        words = await _answered(self.app, scope, counted, send)
        if words:
            await refuse(scope, receive, send, status=413, words=words)


class _Counted:
    """Receive a body; bytes over what is free are reported before they are handed on."""

    def __init__(self, receive: Receive, free: int, over: Callable[[int], None]) -> None:
        self._receive, self._free, self._over = receive, free, over

    async def __call__(self) -> Message:
        message = await self._receive()
        size = len(message.get("body", b""))
        if size > self._free:
            self._over(size - self._free)
        self._free = max(0, self._free - size)
        return message


async def _answered(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> str | None:
    """Let the application answer; give the reason where a body was stopped before it did."""
    begun = False

    async def noted(message: Message) -> None:
        nonlocal begun
        begun = True
        await send(message)

    try:
        await app(scope, receive, noted)
    except _StoppedError as stopped:
        if begun:
            raise
        return str(stopped.args[0])
    return None


def _announced(scope: Scope) -> int:
    """Return the length a request announces; a wrong one counts as nothing and is counted as it comes."""
    text = Headers(scope=scope).get("content-length", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0  # noqa: PLR2004
