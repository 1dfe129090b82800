"""A number that a camera reports, or is polled for where it does not."""

import math
from typing import override

from homeassistant.components.sensor import SensorEntity

from ..account.account import NetrexAccount
from ..cameras.channels import Channel
from ..entity.polled import PolledEntity
from ..events.camera_events import SourceState
from ..vapix import AuthError, ForbiddenError, GoneError, RequestError, VapixClient
from .descriptions import ValueDescription


class ValueSensor(PolledEntity[float], SensorEntity):
    """A number of the table."""

    entity_description: ValueDescription

    def __init__(self, account: NetrexAccount, channel: Channel, description: ValueDescription) -> None:
        super().__init__(account, channel, description.key)
        self.entity_description = description
        self._attr_translation_key = description.key
        self.scope = description.scope
        self._sources = (description.source,) if description.source else ()

    @property
    @override
    def native_value(self) -> float | None:
        report = self._report
        reported = report.event.values.get(self.entity_description.item) if report else None
        return self._state if reported is None else reported

    @property
    @override
    def _state_max_age(self) -> float:
        return math.inf if self._report else self.entity_description.max_age

    @property
    def _report(self) -> SourceState | None:
        source = self.entity_description.source
        return self.camera.events.states.get(source) if source else None

    @override
    async def _fetch_state(self, client: VapixClient) -> float | None:
        try:
            return await self.entity_description.fetch(client)
        except AuthError, ForbiddenError, GoneError, RequestError:
            # Not every camera knows, nor may every account ask.
            return None
