"""A player that discards its data, in its own process: `python -m benchmarks.downloader URL` prints JSON."""

from http.client import HTTPConnection
import json
import sys
import time
from urllib.parse import urlsplit


def download(url: str) -> dict[str, float | int]:
    """Download a file; times in seconds."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=120)
    begun = time.perf_counter()
    connection.request("GET", f"{parts.path}?{parts.query}")
    answer = connection.getresponse()
    buffer = memoryview(bytearray(1 << 20))
    size = answer.readinto(buffer)
    first = time.perf_counter() - begun
    while got := answer.readinto(buffer):
        size += got
    return {
        "status": answer.status,
        "bytes": size,
        "seconds": round(time.perf_counter() - begun, 4),
        "first": round(first, 4),
    }


if __name__ == "__main__":
    print(json.dumps(download(sys.argv[1])))
