"""Whether a document is still what this program wrote, so that nobody's work on it is overwritten silently."""

from __future__ import annotations

import hashlib
import re
import zipfile
from io import BytesIO

# Whatever saves an office file puts its own name here.
APPLICATION = b"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">\
<Application>planner</Application></Properties>
"""
PROPERTIES = "docProps/app.xml"
_SEAL = re.compile(rb"<!-- planner document 1 ([0-9a-f]{64}) -->\n\Z")


def sealed(page: bytes) -> bytes:
    r"""Return an HTML page with a last line by which changes are found.

    >>> touched("html", sealed(b"<p>x</p>\n")), touched("html", sealed(b"<p>x</p>\n").replace(b"x", b"y"))
    (False, True)
    """
    return page + f"<!-- planner document 1 {hashlib.sha256(page).hexdigest()} -->\n".encode()


def touched(name: str, content: bytes) -> bool:
    """Whether a document in a format was changed since it was written, or was never written by this program.

    Nobody works on a PDF file; it never counts as changed.
    """
    if name == "html":
        found = _SEAL.search(content)
        return found is None or hashlib.sha256(content[: found.start()]).hexdigest().encode() != found[1]
    if name in {"docx", "pptx"}:
        try:
            with zipfile.ZipFile(BytesIO(content)) as archive:
                return archive.read(PROPERTIES) != APPLICATION
        except (KeyError, zipfile.BadZipFile):
            return True
    return False
