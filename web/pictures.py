"""Pictures the map lays over the counties: kept by what they show, under addresses nobody can guess."""

import threading
from collections import OrderedDict

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.packed import Packed, pack, send_packed
from web.points import FOLDER, FROM_FRAME

PNG_TYPE = "image/png"
PICTURES_KEPT = 128
_kept: OrderedDict[str, Packed] = OrderedDict()
_keeping = threading.Lock()


def picture_url(png: bytes) -> str:
    """Keep a picture and give its address as seen from the map's frame; the oldest of many are let go.

    Parameters
    ----------
    png
        The picture's bytes.
    """
    packed = pack(png, media_type=PNG_TYPE)
    with _keeping:
        _kept[packed.version] = packed
        _kept.move_to_end(packed.version)
        while len(_kept) > PICTURES_KEPT:
            _kept.popitem(last=False)
    return f"{FROM_FRAME}/pictures/{packed.version}.png?v={packed.version}"


def picture_routes() -> list[Route]:
    """Make the route ``/map/pictures/….png``."""

    def send(request: Request) -> Response:
        with _keeping:
            packed = _kept.get(request.path_params["version"])
        return Response(status_code=404) if packed is None else send_packed(request, packed)

    return [Route(f"{FOLDER}/pictures/{{version}}.png", send, methods=["GET"])]
