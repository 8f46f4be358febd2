"""Announce to a browser what the map's frame will fetch, so that it need not wait until the script asks."""

from web.map.points import PublicMap
from web.map.script import script_url


def preload_links(public: PublicMap | None) -> str:
    """Write the `Link` header of the map's frame.

    Parameters
    ----------
    public
        What the map fetches; None while it is still being read, so that nobody waits for it.

    Returns
    -------
    str
        The map's script, and its points and outlines where they are ready: relative to the frame, which may
        be reached below any path.
    """
    links = [f"<{script_url()}>; rel=preload; as=script"]
    if public is not None:
        links += [
            f"<{public.urls[name]}>; rel=preload; as=fetch; crossorigin" for name in ("points", "regions")
        ]
    return ", ".join(links)
