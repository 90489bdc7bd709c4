"""Answers as GeoReport v2 words them: JSON, and XML of the same content; both in UTF-8.

Source: http://wiki.open311.org/GeoReport_v2 and http://wiki.open311.org/Service_Discovery
"""

from __future__ import annotations

import json
import re
from typing import Any, Final
from xml.etree import ElementTree as ET

from flask import Response

from enforcement.errors import NotFoundError
from enforcement.i18n import _

ONE_OF: Final = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}
"""The element of each list, as the specification names it."""
TYPES: Final = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
UNFIT: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold."""


def check_format(name: str) -> None:
    """Raise NotFoundError for a format that there is not."""
    if name not in TYPES:
        raise NotFoundError(_("只有 json 和 xml 两种格式。"))


def answer(root: str, content: Any, name: str, status: int = 200) -> Response:
    """Return content (a list of rows, or one row) in a format; root -- the XML's root element."""
    if name == "xml":
        element = ET.Element(root)
        _fill(element, content)
        body = ET.tostring(element, encoding="utf-8", xml_declaration=True)
    else:
        body = json.dumps(content, ensure_ascii=False).encode()
    return Response(body, status, content_type=TYPES.get(name, TYPES["json"]))


def _fill(element: ET.Element, content: Any) -> None:
    """Put content into an element: rows under their own names, values as text."""
    if isinstance(content, dict):
        for key, value in content.items():
            _fill(ET.SubElement(element, key), value)
    elif isinstance(content, (list, tuple)):
        for one in content:
            _fill(ET.SubElement(element, ONE_OF[element.tag]), one)
    elif isinstance(content, bool):
        element.text = "true" if content else "false"
    elif content is not None:
        element.text = UNFIT.sub("", str(content))
