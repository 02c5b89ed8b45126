"""Files are kept whole, under keys that cannot leave the folder."""

from __future__ import annotations

import pytest

from lms.core.errors import NotFound
from lms.core.storage import FolderStorage


@pytest.fixture
def storage(tmp_path) -> FolderStorage:
    return FolderStorage((tmp_path / "files é").as_uri())


def test_what_is_written_is_read(storage, tmp_path):
    storage.write("credentials/SC-1/fr.pdf", b"\x00\xffcontent")
    assert storage.read("credentials/SC-1/fr.pdf") == b"\x00\xffcontent"
    assert (tmp_path / "files é" / "credentials" / "SC-1" / "fr.pdf").is_file()


def test_what_is_written_again_is_replaced(storage):
    storage.write("a", b"first")
    storage.write("a", b"second")
    assert storage.read("a") == b"second"


def test_what_is_not_there_is_not_found(storage):
    with pytest.raises(NotFound):
        storage.read("credentials/none.pdf")


@pytest.mark.parametrize(
    "key",
    ["", ".", "..", "../x", "a/../../x", "a/..", "/etc/passwd", "//etc/passwd", "a/../b"],
)
def test_no_key_leaves_the_folder(storage, tmp_path, key):
    (tmp_path / "x").write_bytes(b"outside")
    with pytest.raises(ValueError, match="relative path"):
        storage.read(key)
    with pytest.raises(ValueError, match="relative path"):
        storage.write(key, b"mine")
    assert (tmp_path / "x").read_bytes() == b"outside"


def test_a_write_that_fails_leaves_what_was_there_and_no_rest(storage, tmp_path, monkeypatch):
    storage.write("a", b"first")

    def fail(descriptor):
        raise OSError("the disk is full")

    monkeypatch.setattr("lms.core.storage.os.fsync", fail)
    with pytest.raises(OSError, match="full"):
        storage.write("a", b"second")

    assert storage.read("a") == b"first"
    assert [path.name for path in (tmp_path / "files é").iterdir()] == ["a"]


def test_readiness_says_whether_the_folder_can_be_written(storage, tmp_path):
    assert storage.is_ready()
    in_the_way = tmp_path / "file"
    in_the_way.write_bytes(b"")
    with pytest.raises(OSError, match="exists"):
        FolderStorage(in_the_way.as_uri()).is_ready()
