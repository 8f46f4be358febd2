"""Find personal data in texts that would become public, and leave them out."""

import re

import pandas as pd

from geo.importing.text_columns import distinct

HIDDEN = "〔已隐去〕"
BETWEEN = "、"
MOBILE, IDENTITY, LANDLINE, PERSON = "手机号码", "身份证号码", "电话号码", "联系人姓名"
_PATTERNS = {
    # Eighteen digits before eleven: an identity number holds what looks like a mobile one.
    IDENTITY: re.compile(
        r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXxＸ](?![\dXx])"
    ),
    MOBILE: re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"),
    LANDLINE: re.compile(r"(?<!\d)0\d{2,3}[- ]\d{7,8}(?!\d)"),
    PERSON: re.compile(r"(?:联系人|负责人|站长|管理员|联络员|经办人)\s*[:：]\s*[一-鿿·]{2,4}"),
}
_ENGLISH = {
    MOBILE: "a mobile number",
    IDENTITY: "an identity number",
    LANDLINE: "a telephone number",
    PERSON: "a person's name",
}
_FULL_WIDTH = {ord("０") + digit: ord("0") + digit for digit in range(10)}
_SUSPECT = re.compile(r"[0-9０-９][0-9０-９ -]{6,}|[人长员]\s*[:：]")


def personal_words_en(kinds: str) -> str:
    """Say in English what `hide_personal_data` found."""
    return ", ".join(_ENGLISH[kind] for kind in kinds.split(BETWEEN))


def hide_personal_data(texts: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Replace mobile, identity and telephone numbers and named contacts in texts by 〔已隐去〕.

    Parameters
    ----------
    texts
        Missing where blank; left as they are where nothing personal stands in them.

    Returns
    -------
    tuple of Series
        The texts without it, and what was hidden (kinds joined by 、), missing where nothing was; both
        indexed like `texts`.
    """
    suspects = texts[texts.notna() & texts.str.contains(_SUSPECT, na=False)]
    hidden = {text: _hide(text) for text in distinct(suspects)}
    public = texts.copy()
    kinds = pd.Series(None, index=texts.index, dtype="str")
    if hidden:
        public.loc[suspects.index] = [hidden[text][0] for text in suspects]
        kinds.loc[suspects.index] = [hidden[text][1] for text in suspects]
    return public, kinds


def _hide(text: str) -> tuple[str, str | None]:
    # One character stays one: what is found in the plain text is cut out of the written one.
    plain = text.translate(_FULL_WIDTH)
    spans: list[tuple[int, int, str]] = []
    for kind, pattern in _PATTERNS.items():
        for found in pattern.finditer(plain):
            if all(found.end() <= start or found.start() >= end for start, end, _ in spans):
                spans.append((found.start(), found.end(), kind))
    public = text
    for start, end, _ in sorted(spans, reverse=True):
        public = public[:start] + HIDDEN + public[end:]
    return public, BETWEEN.join(dict.fromkeys(kind for *_, kind in sorted(spans))) or None
