"""The front door: what is asked of every request before Streamlit sees it, by Streamlit's own settings."""

import os
from collections.abc import Mapping

from starlette.middleware import Middleware
from streamlit import config, get_option, net_util, runtime, url_util
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.web.server import server_util
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

from geo.errors import InvalidValueError
from ui.shared import permission, refused_uploads
from web.admission.connections import Connections
from web.admission.origins import PORTS, Origin, OwnOrigins, named_origins
from web.admission.proxies import Proxies, TrustedHeaders, read_proxies
from web.admission.slow_bodies import PatientAnswers
from web.admission.uploads import UploadLimits, UploadRules, permitted

MEGABYTE = 2**20
# Of the largest file: what one session may hold, and all of them together.
FILES_PER_SESSION, FILES_IN_ALL = 2, 6


def trusted_proxies(environment: Mapping[str, str] = os.environ) -> Proxies:
    """Read the proxies that are trusted; a setting that cannot be read ends the program with the reason."""
    try:
        return read_proxies(environment.get(permission.TRUSTED_PROXIES, ""))
    except InvalidValueError as fault:
        raise SystemExit(f"{permission.TRUSTED_PROXIES}: {fault}") from None


def connections() -> Connections:
    """Return an empty register of connections for one server."""
    return Connections(is_proxy=trusted_proxies().trust)


def outer_checks() -> list[Middleware]:
    """Return the checks in their order: who is slow, where from, who it is, and what is uploaded."""
    _look_nothing_up()
    names = [permission.read_rules().header, *(get_option("server.trustedUserHeaders") or {})]
    megabytes = get_option("server.maxUploadSize")
    rules = UploadRules(
        may_upload=_may_upload,
        held=_held_bytes,
        refused=refused_uploads.note,
        per_session=FILES_PER_SESSION * megabytes * MEGABYTE,
        in_all=FILES_IN_ALL * megabytes * MEGABYTE,
    )
    return [
        Middleware(PatientAnswers),
        Middleware(TrustedHeaders, proxies=trusted_proxies(), names=names),
        Middleware(OwnOrigins, is_host_allowed=is_host_allowed, is_origin_allowed=_is_origin_allowed),
        Middleware(UploadLimits, rules=rules),
    ]


def own_url() -> str:
    """Return the address the program is opened by."""
    if config.is_manually_set("browser.serverAddress"):
        return server_util.get_url(get_option("browser.serverAddress"))
    address = server_util.get_display_address(get_option("server.address") or "localhost")
    return server_util.get_url(f"[{address}]" if ":" in address else address)


def _look_nothing_up() -> None:
    """Keep Streamlit from asking an outside host for this machine's address, on the event loop too."""
    net_util.get_external_ip = net_util.get_internal_ip = _no_address


def _no_address() -> None:
    return None


def _is_origin_allowed(origin: Origin) -> bool:
    if not get_option("server.enableCORS"):
        return True
    named = named_origins(get_option("server.corsAllowedOrigins") or ())
    return origin in named or origin in _public_origins()


def _public_origins() -> frozenset[Origin]:
    """Return the origins of the page under its public name: a proxy may ask under another."""
    if not config.is_manually_set("browser.serverAddress"):
        return frozenset()
    host = (url_util.get_hostname(get_option("browser.serverAddress")) or "").lower().removesuffix(".")
    ports = (get_option("browser.serverPort"), get_option("server.port"))
    return frozenset(
        Origin(scheme, host, int(port)) for scheme, usual in PORTS.items() for port in (usual, *ports)
    )


def _may_upload(session: str) -> bool:
    return not permission.read_rules().ask_anything or permitted.may_upload(session)


def _held_bytes() -> dict[str, int]:
    files = runtime.get_instance().uploaded_file_mgr
    if not isinstance(files, MemoryUploadedFileManager):
        return {}
    return {
        session: sum(len(file.data) for file in list(held.values()))
        for session, held in list(files.file_storage.items())
    }
