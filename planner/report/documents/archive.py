"""Office files as archives whose bytes depend on their content alone."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_FIRST = ("[Content_Types].xml", "_rels/.rels")


def unpacked(content: bytes) -> dict[str, bytes]:
    """Return the files of an archive by name."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}


def packed(files: Mapping[str, bytes], moment: datetime) -> bytes:
    """Return an archive of files, in one order and with one date.

    Examples:
        >>> from datetime import datetime
        >>> one = packed({"b": b"2", "a": b"1"}, datetime(2026, 1, 1))
        >>> one == packed({"a": b"1", "b": b"2"}, datetime(2026, 1, 1)), unpacked(one)
        (True, {'a': b'1', 'b': b'2'})
    """
    made = BytesIO()
    order = sorted(files, key=lambda name: (name not in _FIRST, name))
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in order:
            entry = zipfile.ZipInfo(name, moment.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0  # whichever system writes it
            entry.external_attr = 0
            archive.writestr(entry, files[name])
    return made.getvalue()
