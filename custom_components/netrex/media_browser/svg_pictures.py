"""Pictures of episodes as a browser draws them: with words below, or whole in a square. Nothing is decoded for it."""

import base64
from html import escape
import textwrap
from typing import Final

from ..vapix.jpeg import jpeg_size

#: Without the charset, which is UTF-8 anyway: Home Assistant's frontend puts it into a style, where a space ends it.
SVG: Final = "image/svg+xml"
SVG_HEADERS: Final = {
    "Content-Type": SVG,
    "Content-Security-Policy": "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
}
_SIZE_IF_UNKNOWN: Final = (1280, 720)
_LINE: Final = 52
"""Characters of a line; its letters are a thirtieth of the picture's width."""


def in_square(picture: bytes) -> bytes:
    """Return an SVG of a whole JPEG picture in a dark square: tiles of the media browser show the middle of a wide one.

    What was detected is often at a side.
    """
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 320">'
        f'<rect width="320" height="320" fill="#1c1c1c"/><image width="320" height="320" {_data(picture)}/></svg>'
    ).encode()


def with_notice(picture: bytes, text: str) -> bytes:
    """Return an SVG of a JPEG picture with a text below it."""
    size = jpeg_size(picture)
    width, height = (size.width, size.height) if size else _SIZE_IF_UNKNOWN
    letter = max(width // 30, 8)
    lines = textwrap.wrap(text, _LINE) or [""]
    spans = "".join(f'<tspan x="50%" dy="{letter * 1.4:.0f}">{escape(line)}</tspan>' for line in lines)
    whole = height + round(letter * (1.4 * len(lines) + 1))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {whole}">'
        f'<rect width="{width}" height="{whole}" fill="#1c1c1c"/>'
        f'<image width="{width}" height="{height}" {_data(picture)}/>'
        f'<text y="{height + letter * 0.1:.0f}" fill="#fff" font-size="{letter}" text-anchor="middle" '
        f'font-family="Roboto, system-ui, sans-serif">{spans}</text></svg>'
    ).encode(errors="replace")


def _data(picture: bytes) -> str:
    return f'href="data:image/jpeg;base64,{base64.b64encode(picture).decode()}"'
