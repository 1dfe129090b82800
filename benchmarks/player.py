"""A player in a process of its own, so that it does not load the event loop that is measured.

`python -m benchmarks.player URL SECONDS [TOKEN]` prints what it saw as JSON.
"""

import json
import sys
import time

import av


def watch(url: str, seconds: float, token: str | None) -> dict[str, float | int]:
    """Play for some seconds after the first packet; times in seconds."""
    options = {"headers": f"Authorization: Token {token}\r\n"} if token else {}
    begun = time.monotonic()
    last = first = 0.0
    longest_gap = 0.0
    packets = 0
    with av.open(url, options=options, timeout=30) as container:
        for packet in container.demux(video=0):
            if packet.dts is None:
                continue
            now = time.monotonic()
            first = first or now
            longest_gap = max(longest_gap, now - (last or now))
            last = now
            packets += 1
            if now - first > seconds:
                break
    return {"first_packet": round(first - begun, 3), "packets": packets, "longest_gap": round(longest_gap, 3)}


if __name__ == "__main__":
    print(json.dumps(watch(sys.argv[1], float(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else None)))
