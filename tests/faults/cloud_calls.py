"""Every call of the cloud's clients; a row of README.md each."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from custom_components.netrex.cloud import CloudClient, TokenEndpoint
from custom_components.netrex.cloud.download import open_download
from custom_components.netrex.cloud.metrics import MetricQuery, MetricType, read_metrics
from custom_components.netrex.cloud.oauth2 import revoke
from custom_components.netrex.cloud.recordings import (
    Interval,
    Recording,
    list_recordings,
    prepare_recording,
    recording_link,
)
from simulator.tokens import Consent

from .sites import NOON, Call, Site

type Prepare = Callable[[Site], Awaitable[Any]]

_HOUR: Final = Interval(int(NOON) - 7200, int(NOON) - 3600)
_REDIRECT: Final = "http://127.0.0.1:8123/auth/external/callback"


def _cloud(site: Site) -> CloudClient:
    return CloudClient(site.session, site.provider, site.token)


def _endpoint(site: Site) -> TokenEndpoint:
    application = site.simulator.world.application
    return TokenEndpoint(site.session, site.provider, application.client_id, application.client_secret)


def _consent(site: Site) -> Consent:
    return Consent("owner", site.simulator.world.application.client_id, _REDIRECT, frozenset({"read"}))


async def _serials(site: Site, _prepared: object) -> object:
    return await _cloud(site).serials()


async def _knowing_the_schema(site: Site) -> CloudClient:
    cloud = _cloud(site)
    await cloud.serials()
    return cloud


async def _list(site: Site, _prepared: object) -> object:
    found = await list_recordings(_cloud(site), site.node.node_id, [_HOUR])
    return [[(each.duration, each.heights) for each in pieces] for pieces in found]


async def _recording(site: Site) -> Recording:
    return (await list_recordings(_cloud(site), site.node.node_id, [_HOUR]))[0][0]


async def _prepared(site: Site) -> Recording:
    recording = await _recording(site)
    await prepare_recording(_cloud(site), recording, 480)
    return recording


async def _link(site: Site) -> str:
    link = await recording_link(_cloud(site), await _prepared(site))
    assert link
    return link


async def _ask_for_link(site: Site, recording: Recording) -> object:
    return bool(await recording_link(_cloud(site), recording))


async def _figures(site: Site, _prepared: object) -> object:
    return await read_metrics(
        _cloud(site),
        [MetricQuery(metric, site.node.node_id, _HOUR) for metric in (MetricType.VISITORS_IN, MetricType.VISITORS)],
    )


async def _code(site: Site) -> str:
    return site.simulator.service.tokens.make_code(_consent(site), 60)


async def _exchange(site: Site, code: str) -> object:
    return (await _endpoint(site).exchange(code, _REDIRECT)).expires_in


async def _pair(site: Site) -> Any:
    return site.simulator.service.tokens.give(_consent(site), 3600, lasting=True)


async def _refresh(site: Site, pair: Any) -> object:
    return (await _endpoint(site).refresh(pair.refresh_token)).expires_in


async def _download(site: Site, link: str) -> object:
    async with open_download(site.session, site.provider, site.token, link, idle_timeout=site.patience) as download:
        return b"".join([chunk async for chunk in download.chunks()])


_MOST: Final = 16 << 20


def _graphql(make: Callable[[Site, Any], Awaitable[object]], field: str, prepare: Prepare | None = None) -> Call:
    return Call(make, f"graphql:{field}", _MOST, prepare=prepare)


def _oauth2(make: Callable[[Site, Any], Awaitable[object]], endpoint: str, prepare: Prepare) -> Call:
    return Call(make, f"oauth2:{endpoint}", _MOST, prepare=prepare)


GRAPHQL_CALLS: Final[Mapping[str, Call]] = {
    "CloudClient.tree": _graphql(lambda site, _prepared: _cloud(site).tree(), "nodeList"),
    "CloudClient.serials, its schema": _graphql(_serials, "__schema"),
    "CloudClient.serials, its cameras": _graphql(
        lambda _site, cloud: cloud.serials(), "cameraList", _knowing_the_schema
    ),
    "CloudClient.schema": _graphql(lambda site, _prepared: _cloud(site).schema(), "__schema"),
    "CloudClient.query": _graphql(lambda site, _prepared: _cloud(site).query("{ nodeList { name } }"), "nodeList"),
    "list_recordings": _graphql(_list, "camera"),
    "prepare_recording": _graphql(
        lambda site, recording: prepare_recording(_cloud(site), recording, 480), "recordingPrepare", _recording
    ),
    "recording_link": _graphql(_ask_for_link, "recording", _prepared),
    "read_metrics": _graphql(_figures, "statisticDataMetric"),
}
OAUTH2_CALLS: Final[Mapping[str, Call]] = {
    "TokenEndpoint.exchange": _oauth2(_exchange, "token", _code),
    "TokenEndpoint.refresh": _oauth2(_refresh, "token", _pair),
    "revoke": _oauth2(lambda site, pair: revoke(site.session, site.provider, pair.access_token), "revoke", _pair),
}
DOWNLOAD_CALLS: Final[Mapping[str, Call]] = {"open_download": Call(_download, "download", answer="file", prepare=_link)}
