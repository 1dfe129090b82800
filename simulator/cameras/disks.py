"""A camera's memory card and network shares: `disks/` (VX-DISK).

INFERRED: the `root` around the answers, as around those of `record/`; that a disk which is not there is just left out
(VX-DISK-3); that a camera without disks answers 404 like one that lacks the CGIs (VX-CARD-11).
"""

from collections.abc import Callable
from xml.sax.saxutils import quoteattr

from aiohttp import web

from simulator.equipment import Disk
from simulator.world import Camera

from .device_apis import may
from .streams import html


async def listed(request: web.Request, camera: Camera) -> web.StreamResponse:
    """Answer `disks/list.cgi`: sizes in kB."""

    def disks(chosen: list[Disk]) -> str:
        elements = "".join(f"<disk {_attributes(disk)}/>" for disk in chosen)
        return f'<disks numberofdisks="{len(chosen)}">{elements}</disks>'

    return _answer(request, camera, disks)


async def health(request: web.Request, camera: Camera) -> web.StreamResponse:
    """Answer `disks/gethealth.cgi`."""
    return _answer(
        request,
        camera,
        lambda chosen: "".join(
            f'<HealthStatus diskid={quoteattr(disk.disk_id)} wear="{disk.wear}"/>' for disk in chosen
        ),
    )


def _answer(request: web.Request, camera: Camera, tell: Callable[[list[Disk]], str]) -> web.Response:
    """Answer for the disks asked for; without `diskid` for all (INFERRED, VX-DISK-3). They are the operator's."""
    disks = camera.disks or ([Disk(wear=camera.card_wear)] if camera.card else [])
    if not disks:
        return html(404, "Not Found")
    if not may(camera, "operator"):
        return html(401, "Unauthorized")
    wanted = request.query.get("diskid", "all") if camera.minds_disk_id else "all"
    chosen = [disk for disk in disks if wanted in {"all", disk.disk_id}]
    return web.Response(text=f'<?xml version="1.0"?><root>{tell(chosen)}</root>', content_type="text/xml")


def _attributes(disk: Disk) -> str:
    values = {
        "diskid": disk.disk_id,
        "name": "",
        "totalsize": str(disk.total_kb),
        "freesize": str(disk.free_kb),
        "cleanuplevel": "",
        "cleanupmaxage": "",
        "cleanuppolicy": "fifo",
        "locked": "no",
        "full": "no" if disk.free_kb else "yes",
        "readonly": "no",
        "status": disk.status,
        "filesystem": "ext4",
        "group": "S0",
        "requiredfilesystem": "none",
        "diskencryptionenabled": "false",
        "diskencrypted": "false",
    }
    return " ".join(f"{name}={quoteattr(value)}" for name, value in values.items())
