"""H.264 as containers want it (ISO/IEC 14496-15): units after their length, not after start codes."""

import re
import struct

_START_CODE = re.compile(rb"\x00*\x00\x00\x01")
_SEQUENCE_PARAMETERS, _PICTURE_PARAMETERS = 7, 8


def units(stream: bytes) -> list[bytes]:
    """Return the NAL units of a byte stream with start codes."""
    return [unit for unit in _START_CODE.split(stream) if unit]


def with_lengths(stream: bytes) -> bytes:
    """Return a coded picture with a 4-byte length before each unit instead of a start code."""
    return b"".join(struct.pack(">I", len(unit)) + unit for unit in units(stream))


def decoder_configuration(parameter_sets: bytes) -> bytes:
    """Return the AVCDecoderConfigurationRecord of parameter sets with start codes."""
    sequence = [unit for unit in units(parameter_sets) if unit[0] & 0x1F == _SEQUENCE_PARAMETERS]
    picture = [unit for unit in units(parameter_sets) if unit[0] & 0x1F == _PICTURE_PARAMETERS]
    parts = [b"\x01", sequence[0][1:4], b"\xff", bytes([0xE0 | len(sequence)])]
    parts += [struct.pack(">H", len(unit)) + unit for unit in sequence]
    parts.append(bytes([len(picture)]))
    parts += [struct.pack(">H", len(unit)) + unit for unit in picture]
    return b"".join(parts)
