"""Reads how large a JPEG picture is, and whether it is whole, without decoding it."""

from .models import Resolution

_START = b"\xff\xd8"
#: Nothing before it contains this but a small picture in the head: in a scan, 0 follows each 255.
_END = b"\xff\xd9"
#: Markers of a frame's head (ITU-T T.81, table B.1): SOF0 to SOF15 without DHT, JPG and DAC among them.
_FRAME_HEADS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_FILL, _SCAN = 0xFF, 0xDA
_HEAD_LENGTH = 9
# Bytes that fill up, and parts before a frame's head; a real picture has some ten parts, a long colour profile 255.
_MAX_STEPS = 1000


def jpeg_size(picture: bytes) -> Resolution | None:
    """Return width and height that the picture claims; None where it is no JPEG picture, or is cut short.

    What some cameras append to a whole picture doesn't matter.
    """
    if not picture.startswith(_START):
        return None
    at = len(_START)
    for _ in range(_MAX_STEPS):
        if at + _HEAD_LENGTH > len(picture) or picture[at] != _FILL:
            return None
        marker = picture[at + 1]
        if marker == _FILL:
            at += 1
            continue
        if marker in _FRAME_HEADS:
            height, width = (int.from_bytes(picture[begin : begin + 2]) for begin in (at + 5, at + 7))
            is_whole = picture.rfind(_END, at) >= 0
            return Resolution(width, height) if width and height and is_whole else None
        if marker == _SCAN:
            return None
        at += 2 + int.from_bytes(picture[at + 2 : at + 4])
    return None
