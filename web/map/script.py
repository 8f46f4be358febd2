"""The map's one script: Leaflet and MarkerCluster straight from their packages, then our own modules."""

import json
from importlib.util import find_spec
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from geo.caching.remembered import remember
from geo.errors import CatalogError
from web.map.modules import join_modules
from web.map.packed import SCRIPT_TYPE, Packed, pack, send_packed
from web.map.points import FOLDER, FROM_FRAME

ASSETS = Path(__file__).resolve().parent / "assets"
# Of the map, and of the page around it.
COLOURS = ASSETS / "colours.css"
LEAFLET, CLUSTERS = "xstatic.pkg.leaflet", "xstatic.pkg.leaflet_markercluster"
VENDOR_STYLES = ((LEAFLET, "leaflet.css"), (CLUSTERS, "MarkerCluster.css"))
VENDOR_SCRIPTS = ((LEAFLET, "leaflet.js"), (CLUSTERS, "leaflet.markercluster.js"))
OWN_STYLES = (COLOURS.name, "map.css", "overlays.css", "plan.css")
ENTRY = "main"
SOURCE_MAP = "//# sourceMappingURL="


def vendor_file(package: str, name: str) -> str:
    """Read a text file an XStatic package brings.

    Parameters
    ----------
    package
        Dotted name of the package.
    name
        File name in its data folder.

    Raises
    ------
    CatalogError
        The package is not installed or lacks the file.
    """
    spec = find_spec(package.rpartition(".")[0]) and find_spec(package)
    path = Path(spec.origin).parent / "data" / name if spec and spec.origin else None
    if path is None or not path.is_file():
        raise CatalogError("package_lacks_file", package=package, name=name)
    return path.read_text(encoding="utf-8")


@remember(holds="The script of the map.", most_bytes=1_000_000)
def map_script() -> Packed:
    """Join everything the map runs and looks like into one script: one request, and no order to get wrong.

    The style sheets travel inside as text, and the script adopts them before it draws; so the map is
    never seen without its style, and streamlit-folium, which writes the page's head again, undoes nothing.
    """
    styles = [vendor_file(*file) for file in VENDOR_STYLES] + [_asset(name) for name in OWN_STYLES]
    vendors = [_without_source_map(vendor_file(*file)) for file in VENDOR_SCRIPTS]
    style = json.dumps("\n".join(styles), ensure_ascii=False)
    own = f"{join_modules(ASSETS, ENTRY)}.register({style});"
    return pack("\n;".join((*vendors, own)).encode("utf-8"), media_type=SCRIPT_TYPE)


def script_url() -> str:
    """Return the script's address as seen from the map's frame, with its version."""
    return f"{FROM_FRAME}/map.js?v={map_script().version}"


def vendor_routes() -> list[Route]:
    """Make the route ``/map/map.js``."""

    def send(request: Request) -> Response:
        return send_packed(request, map_script())

    return [Route(f"{FOLDER}/map.js", send, methods=["GET"])]


def _asset(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")


def _without_source_map(script: str) -> str:
    return "\n".join(line for line in script.splitlines() if not line.startswith(SOURCE_MAP))
