"""Ways to damage a file: of its bytes, its archive's directory, and the structure of what is inside."""

import copy
import io
import json
import re
import struct
import zipfile
import zlib

from tests.fuzz.seeds import zipped

NUMBERS = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)
FORMATS = ("<B", "<H", ">H", "<I", ">I")
TEXTS = (
    "",
    "0",
    "-1",
    "1e999",
    "NaN",
    "99999999999",
    "A1:XFD1048576",
    "\x00",
    "甲" * 300,
    '"',
    "<",
    "&#0;",
    "&x;",
)
VALUES = (
    None,
    True,
    -1,
    10**30,
    1e308,
    "",
    "x",
    [],
    {},
    [[]],
    {"type": []},
    [1, 2, 3, 4],
    ["a"],
    {"a": {"b": 1}},
)
NAMES = ("../x.shp", "a.shp", "xl/workbook.bin", "x.kml", "甲.dbf")
LONGEST = 400_000


def flip_bits(data, random):
    found = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 8, 64))):
        found[random.randrange(len(found))] ^= 1 << random.randrange(8)
    return bytes(found)


def write_number(data, random):
    found = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 4))):
        form = random.choice(FORMATS)
        size = struct.calcsize(form)
        at = random.randrange(max(1, len(found) - size))
        # Headers hold most of what a reader believes.
        at = at if random.random() < 0.5 else at % 600
        number = random.choice((*NUMBERS, len(data), random.getrandbits(32))) % (1 << 8 * size)
        found[at : at + size] = struct.pack(form, number)
    return bytes(found)


def cut_short(data, random):
    return data[: random.randrange(len(data))]


def splice(data, random, other):
    here, there = random.randrange(len(data)), random.randrange(len(other))
    length = random.choice((1, 16, 256, 4096))
    return data[:here] + other[there : there + length] + data[here + random.choice((0, length)) :]


def repeat_part(data, random):
    start = random.randrange(len(data))
    part = data[start : start + random.choice((1, 4, 40, 400, 4000))]
    times = random.choice((0, 2, 3, 50, 3000))
    return data[:start] + (part * times)[:LONGEST] + data[start + len(part) :]


def change_text(data, random):
    """Put a strange text at a sign of structure: a quote, a comma, a tag, a line end."""
    places = [found.start() for found in re.finditer(rb"[\",;<>\r\n\t={}\[\]:/ ]", data)]
    at = random.choice(places) if places else 0
    inserted = random.choice((*TEXTS, ",", "\n", "\ufeff", "\u2028", ",,,,", "]]>", "<![CDATA[", "<!--"))
    encoded = inserted.encode(random.choice(("utf-8", "gb18030", "utf-16-le")))
    return data[:at] + encoded + data[at + random.choice((0, 1)) :]


def change_xml(data, random):
    """Drop, repeat or exchange tags, or give an attribute or a text another value."""
    tags = list(re.finditer(rb"<[^<>]+>", data))
    if not tags:
        return change_text(data, random)
    one, other = sorted(random.choices(tags, k=2), key=lambda tag: tag.start())
    inner = data[one.start() : other.end()]
    return random.choice(
        (
            lambda: data[: one.start()] + data[one.end() :],
            lambda: data[: one.start()] + data[other.end() :],
            lambda: (
                data[: other.end()] + (inner * random.choice((1, 3, 200)))[:LONGEST] + data[other.end() :]
            ),
            lambda: (
                data[: one.start()]
                + other[0]
                + data[one.end() : other.start()]
                + one[0]
                + data[other.end() :]
            ),
            lambda: _change_value(data, random),
            lambda: _change_value(data, random),
        )
    )()


def _change_value(data, random):
    values = list(re.finditer(rb"\"[^\"<>]*\"|>[^<>]+<", data))
    if not values:
        return data
    value = random.choice(values)
    new = random.choice((*TEXTS, *map(str, NUMBERS))).encode()
    return data[: value.start() + 1] + new + data[value.end() - 1 :]


def change_json(data, random):
    """Replace, drop or repeat parts of the tree."""
    try:
        root = json.loads(data)
    except (ValueError, RecursionError):
        return change_text(data, random)
    for _ in range(random.choice((1, 1, 2, 5))):
        node = root
        while isinstance(node, dict | list) and node:
            key = random.choice(list(node) if isinstance(node, dict) else range(len(node)))
            if not isinstance(node[key], dict | list) or not node[key] or random.random() < 0.3:
                _change_node(node, key, random)
                break
            node = node[key]
    return json.dumps(root, ensure_ascii=random.random() < 0.5).encode("utf-8", "surrogatepass")


def _change_node(node, key, random):
    if random.random() < 0.2:
        del node[key]
    elif random.random() < 0.2 and isinstance(node, list):
        node.extend([node[key]] * random.choice((1, 3, 1000)))
    else:
        node[key] = copy.deepcopy(random.choice(VALUES))


def change_directory(data, random):
    """Write a strange number into the headers of a zip: its directory, a member's own, or its end."""
    marks = [found.start() for found in re.finditer(rb"PK(\x01\x02|\x03\x04|\x05\x06)", data)]
    if not marks:
        return write_number(data, random)
    found = bytearray(data)
    for _ in range(random.choice((1, 1, 2))):
        at = random.choice(marks) + 4 + random.randrange(42)
        form = random.choice(("<B", "<H", "<I"))
        size = struct.calcsize(form)
        if at + size <= len(found):
            number = random.choice((*NUMBERS, len(data))) % (1 << 8 * size)
            found[at : at + size] = struct.pack(form, number)
    return bytes(found)


def change_member(data, random, other):
    """Damage what is in an archive and pack it again soundly, so that the reader inside meets it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError):
        return flip_bits(data, random)
    if not members:
        return flip_bits(data, random)
    name = random.choice(sorted(members))
    if random.random() < 0.1:
        del members[name]
    elif random.random() < 0.1:
        members[random.choice(("../x.shp", "a.shp", "xl/workbook.bin", "x.kml", "甲.dbf"))] = members.pop(
            name
        )
    elif members[name]:
        members[name] = damage(members[name], name, random, other)
    return zipped(members)


def damage(data, name, random, other):
    """Damage a file by one to three of the ways that suit it."""
    for _ in range(random.choice((1, 1, 2, 3))):
        ways = [flip_bits, write_number, cut_short, repeat_part, splice]
        if data[:2] == b"PK":
            ways += [change_directory] * 3 + [change_member] * 10
        elif name.endswith((".geojson", ".json")):
            ways += [change_json] * 12 + [change_text] * 2
        elif data[:1] == b"<" or name.endswith((".xml", ".kml", ".ovkml", ".rels")):
            ways += [change_xml] * 12 + [change_text] * 2
        elif name.endswith((".csv", ".tsv", ".txt")):
            ways += [change_text] * 8
        elif name.endswith((".shp", ".dbf", ".xls", ".gpkg")):
            ways += [write_number] * 5
        way = random.choice(ways)
        data = (way(data, random, other) if way in {splice, change_member} else way(data, random))[:LONGEST]
        if not data:
            break
    return data
