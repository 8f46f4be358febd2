"""Pictures the map lays over the counties: kept by what they show, under addresses nobody can guess."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from geo.caching.register import register
from web.map.packed import pack, send_packed
from web.map.points import FOLDER, FROM_FRAME

PNG_TYPE = "image/png"
_kept = register.cache(
    "pictures", holds="Pictures laid over the map, for browsers to fetch.", most_entries=128
)


def picture_url(png: bytes) -> str:
    """Keep a picture and give its address as seen from the map's frame; the oldest of many are let go.

    Parameters
    ----------
    png
        The picture's bytes.
    """
    packed = pack(png, media_type=PNG_TYPE)
    _kept.put(packed.version, packed)
    return f"{FROM_FRAME}/pictures/{packed.version}.png?v={packed.version}"


def picture_routes() -> list[Route]:
    """Make the route ``/map/pictures/….png``."""

    def send(request: Request) -> Response:
        packed = _kept.get(request.path_params["version"])
        return Response(status_code=404) if packed is None else send_packed(request, packed)

    return [Route(f"{FOLDER}/pictures/{{version}}.png", send, methods=["GET"])]
