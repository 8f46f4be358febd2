"""Turn a chart into a picture, without a browser and without a network."""

import json
from importlib import import_module

from geo.errors import InvalidValueError

FORMS = ("png", "svg")
WIDTH_PIXELS = 900
_SCALE = 2
# The first of these that the machine has draws the words, Chinese ones too.
FONTS = "Noto Sans SC, Noto Sans CJK SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, SimHei, sans-serif"
_CONFIG = {"font": FONTS, "background": "#ffffff"}


def chart_file(specification: str, form: str) -> bytes:
    """Draw a chart as it would be on paper: white ground, fixed width, the machine's own fonts.

    Parameters
    ----------
    specification
        Of Vega-Lite, as JSON.
    form
        One of `FORMS`.

    Returns
    -------
    bytes
        The file.

    Raises
    ------
    InvalidValueError
        There is no such form.
    """
    if form not in FORMS:
        raise InvalidValueError("chart_form_unknown", form=form, known=[*FORMS])
    # Tens of megabytes; only who saves a chart pays for it.
    converter = import_module("vl_convert")
    drawing = json.dumps(json.loads(specification) | {"width": WIDTH_PIXELS})
    options = {"config": _CONFIG, "allowed_base_urls": []}
    if form == "svg":
        drawn: str = converter.vegalite_to_svg(drawing, **options)
        return drawn.encode()
    return bytes(converter.vegalite_to_png(drawing, scale=_SCALE, **options))
