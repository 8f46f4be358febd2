"""Tell a browser what the map's frame will fetch, so that it need not wait until the script asks."""

from web.points import FOLDER, PublicMap
from web.vendor import map_script


def preload_links(public: PublicMap | None) -> str:
    """Write the `Link` header of the map's frame.

    Parameters
    ----------
    public
        What the map fetches; None while it is still being read, so that nobody waits for it.

    Returns
    -------
    str
        The map's script, and its points and outlines where they are ready.
    """
    links = [f"<{FOLDER}/map.js?v={map_script().version}>; rel=preload; as=script"]
    if public is not None:
        files = {"points": public.points, "regions": public.regions}
        links += [
            f"<{FOLDER}/{name}.json?v={file.version}>; rel=preload; as=fetch; crossorigin"
            for name, file in files.items()
        ]
    return ", ".join(links)
