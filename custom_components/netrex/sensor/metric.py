"""Sensors of metrics: what has been counted today at a camera or place."""

from collections.abc import Iterable
from typing import Final, override

from homeassistant.components.sensor import SensorEntity, SensorStateClass
from homeassistant.const import PERCENTAGE, Platform
from homeassistant.core import callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from ..account.account import NetrexAccount
from ..account.devices import node_key, own_key
from ..cloud import Node, NodeType
from ..const import CONF_ACCOUNT_KEY, DOMAIN
from ..entity.base import RenamedEntity
from ..identity.unique_ids import SEPARATOR
from ..metrics.coordinator import MetricCoordinator
from ..metrics.metric import Metric, MetricKind
from ..metrics.statistics import statistic_id

ATTR_STATISTIC: Final = "statistic_id"


async def add_metrics(account: NetrexAccount, async_add_entities: AddConfigEntryEntitiesCallback) -> None:
    """Add sensors of the chosen metrics, now and when their nodes come; remove those no longer chosen."""
    known: set[Metric] = set()
    add = account.adder.on_platform(async_add_entities)

    @callback
    def add_of(metrics: Iterable[Metric]) -> None:
        nodes = account.tree.data.nodes
        new = [metric for metric in metrics if metric not in known and metric.node_id in nodes]
        known.update(new)
        add([MetricSensor(account, metric) for metric in new])

    @callback
    def tree_changed() -> None:
        metrics = account.metrics.chosen()
        known.intersection_update(metrics)
        account.adder.start_adding_in_slices([metric for metric in metrics if metric not in known], add_of)

    _remove_unchosen(account)
    account.adder.on_end(account.tree.async_add_listener(tree_changed))
    await account.adder.add_in_slices(account.metrics.chosen(), add_of)


@callback
def _remove_unchosen(account: NetrexAccount) -> None:
    entities, entry = er.async_get(account.hass), account.entry
    kept = {_unique_id(account, metric) for metric in account.metrics.chosen()}
    keys = {Metric(0, kind).key for kind in MetricKind}
    for entity in er.async_entries_for_config_entry(entities, entry.entry_id):
        is_metric = entity.domain == Platform.SENSOR and own_key(entry, entity.unique_id) in keys
        if is_metric and entity.unique_id not in kept:
            entities.async_remove(entity.entity_id)


def _unique_id(account: NetrexAccount, metric: Metric) -> str:
    return f"{node_key(account.entry, account.tree.data.nodes[metric.node_id])}{SEPARATOR}{metric.key}"


class MetricSensor(RenamedEntity, CoordinatorEntity[MetricCoordinator], SensorEntity):
    """What has been counted since midnight, up to the last quarter of an hour that is over."""

    _attr_has_entity_name = True
    _unrecorded_attributes = frozenset({ATTR_STATISTIC})

    def __init__(self, account: NetrexAccount, metric: Metric) -> None:
        super().__init__(account.metrics.today)
        self._account = account
        self._metric = metric
        node, kind = account.tree.data.nodes[metric.node_id], metric.kind
        on_camera = node.type is NodeType.CAMERA
        self._attr_unique_id = _unique_id(account, metric)
        # On the account's device, the name of the place is part of the sensor's.
        self._attr_translation_key = kind.value if on_camera else f"place_{kind}"
        device_key = node_key(account.entry, node) if on_camera else account.entry.data[CONF_ACCOUNT_KEY]
        self._attr_device_info = DeviceInfo(identifiers={(DOMAIN, device_key)})
        if not on_camera:
            self._attr_translation_placeholders = {"place": node.name}
        if kind.adds_up:
            self._attr_state_class = SensorStateClass.TOTAL
            self._attr_suggested_display_precision = 0
        else:
            self._attr_state_class = SensorStateClass.MEASUREMENT
            self._attr_native_unit_of_measurement = PERCENTAGE
            self._attr_suggested_display_precision = 1
        # Its past, for dashboards: the recorder only knows the sensor's own.
        self._attr_extra_state_attributes = {ATTR_STATISTIC: statistic_id(account.entry, metric)}
        self._read()

    @property
    def _node(self) -> Node | None:
        return self._account.tree.data.nodes.get(self._metric.node_id)

    @property
    @override
    def available(self) -> bool:
        return super().available and self.coordinator.data is not None and self._node is not None

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self._account.tree.async_add_listener(self._tree_changed))
        self._read()

    @override
    @callback
    def _handle_coordinator_update(self) -> None:
        self._read()
        super()._handle_coordinator_update()

    @callback
    def _tree_changed(self) -> None:
        if (node := self._node) is not None and node.type is not NodeType.CAMERA:
            self._set_name(None, place=node.name)
        self.async_write_ha_state()

    def _read(self) -> None:
        """Take the metric over. Where nothing is counted, or this metric alone failed, it is unknown."""
        today = self.coordinator.data
        value = today.values.get(self._metric) if today is not None else None
        self._attr_native_value = int(value) if value is not None and value.is_integer() else value
        if today is not None and self._metric.kind.adds_up:
            self._attr_last_reset = today.begins_at
