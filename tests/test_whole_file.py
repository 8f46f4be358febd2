"""A file is written whole or not at all, whatever its format and however little room there is."""

import datetime as dt
from contextlib import contextmanager

import pytest

from geo import cli, whole_file
from geo.commands.output import Format, content, write
from geo.errors import FileNotWrittenError
from geo.provenance import provenance_of
from geo.whole_file import write_whole

resource = pytest.importorskip("resource", reason="needs limits of a POSIX system")


@contextmanager
def room_for(count):
    """Let no file grow beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (count, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("chosen", Format)
@pytest.mark.parametrize("old", [None, b"what stood there"])
def test_an_export_without_room_leaves_what_was(chosen, old, tiny_network, tmp_path):
    about = provenance_of(
        tiny_network.facilities, tiny_network, title="x", filters={}, generated_on=dt.date(2026, 12, 1)
    )
    made = content(tiny_network.facilities, chosen, about)
    path = tmp_path / f"export.{chosen}"
    if old:
        path.write_bytes(old)
    with room_for(len(made) - 1), pytest.raises(FileNotWrittenError, match="disk is full") as caught:
        write(str(path), made, force=True)
    assert caught.value.code == whole_file.FULL
    assert "\n" not in str(caught.value)
    assert [file.read_bytes() for file in tmp_path.iterdir()] == ([old] if old else [])
    write(str(path), made, force=True)
    assert path.read_bytes() == made
    assert len(list(tmp_path.iterdir())) == 1


def test_a_geopackage_that_cannot_be_built_is_one_sentence(tiny_network):
    about = provenance_of(
        tiny_network.facilities, tiny_network, title="x", filters={}, generated_on=dt.date(2026, 12, 1)
    )
    with room_for(20_000), pytest.raises(FileNotWrittenError, match="GeoPackage"):
        content(tiny_network.facilities, Format.GPKG, about)


def test_a_file_that_is_there_is_not_replaced_unasked(tmp_path):
    path = tmp_path / "a.csv"
    write_whole(path, b"one", replace=False)
    with pytest.raises(FileNotWrittenError, match="there already"):
        write_whole(path, b"two", replace=False)
    assert path.read_bytes() == b"one"


def test_a_link_stays_a_link_and_a_file_keeps_its_rights(tmp_path):
    path, link = tmp_path / "a.csv", tmp_path / "b.csv"
    write_whole(path, b"one", replace=False)
    path.chmod(0o640)
    link.symlink_to(path)
    write_whole(link, b"two", replace=True)
    assert link.is_symlink()
    assert path.read_bytes() == b"two"
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_full_device_is_one_sentence_on_the_command_line(tiny_network, monkeypatch, capsys):
    monkeypatch.setattr("geo.network.load_network", lambda _folder: tiny_network)
    assert cli.main(["export", "--force", "--format", "csv", "-o", "/dev/full"]) == 2
    assert "disk is full" in capsys.readouterr().err
