"""Writes a work case file as XML with the field names and lengths of decree 30/2020, Appendix VI part II."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Any

LANGUAGE = "Tiếng Việt"
LONGEST = {
    "OrganId": 13, "FileNotation": 20, "Title": 500, "Maintenance": 30, "Rights": 30, "Creator": 30, "TypeName": 100,
    "CodeNumber": 11, "CodeNotation": 30, "OrganName": 200, "Subject": 500, "Language": 30, "Description": 500,
    "Position": 100, "FullName": 50, "ToPlaces": 1000,
}  # fmt: skip
"""Characters that a field may have; what is longer is cut, since a reader may refuse it."""


def written(dossier: Mapping[str, Any]) -> bytes:
    """Return the XML of a dossier.

    `dossier`: values by field name; a mapping becomes an element with children, a list of mappings one element for
    each. Fields without a value are left out. What XML cannot hold is left out of a text.
    """
    root = ET.Element("Dossier")
    _fill(root, dossier)
    ET.indent(root)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def _fill(parent: ET.Element, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if isinstance(value, Mapping):
            element = ET.SubElement(parent, name)
            _fill(element, value)
            if not len(element):
                parent.remove(element)
        elif isinstance(value, list):
            for one in value:
                _fill(ET.SubElement(parent, name), one)
        elif value not in (None, ""):
            text = "".join(letter for letter in str(value) if _is_of_xml(letter))
            ET.SubElement(parent, name).text = text[: LONGEST.get(name, len(text))]


def _is_of_xml(letter: str) -> bool:
    """Tell whether XML 1.0 can hold a character."""
    code = ord(letter)
    return letter in "\t\n\r" or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000
