"""Sensors of figures: what has been counted today at a camera or place."""

from collections.abc import Iterable, Mapping
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
from ..metrics.coordinator import FigureCoordinator
from ..metrics.metric import Figure, FigureKind

#: What a figure's sensor is called on the device of its camera, and on the account's, beside the place's name.
_ON_CAMERA: Final[Mapping[FigureKind, str]] = {
    FigureKind.VISITORS_IN: "visitors_in",
    FigureKind.VISITORS: "visitors",
    FigureKind.PASSERS_BY: "passers_by",
}
_AT_PLACE: Final[Mapping[FigureKind, str]] = {
    FigureKind.VISITORS: "place_visitors",
    FigureKind.PASSERS_BY: "place_passers_by",
    FigureKind.SALES: "place_sales",
    FigureKind.REFUNDS: "place_refunds",
    FigureKind.CONVERSION: "place_conversion",
}


async def add_figures(account: NetrexAccount, async_add_entities: AddConfigEntryEntitiesCallback) -> None:
    """Add sensors of the chosen figures, now and when their nodes come; remove those no longer chosen."""
    known: set[Figure] = set()
    add = account.adder.on_platform(async_add_entities)

    @callback
    def add_of(figures: Iterable[Figure]) -> None:
        nodes = account.tree.data.nodes
        new = [figure for figure in figures if figure not in known and figure.node_id in nodes]
        known.update(new)
        add([FigureSensor(account, figure) for figure in new])

    @callback
    def tree_changed() -> None:
        figures = account.figures.chosen()
        known.intersection_update(figures)
        account.adder.start_adding_in_slices([figure for figure in figures if figure not in known], add_of)

    _remove_unchosen(account)
    account.adder.on_end(account.tree.async_add_listener(tree_changed))
    await account.adder.add_in_slices(account.figures.chosen(), add_of)


@callback
def _remove_unchosen(account: NetrexAccount) -> None:
    entities, entry = er.async_get(account.hass), account.entry
    kept = {_unique_id(account, figure) for figure in account.figures.chosen()}
    keys = {Figure(0, kind).key for kind in FigureKind}
    for entity in er.async_entries_for_config_entry(entities, entry.entry_id):
        is_figure = entity.domain == Platform.SENSOR and own_key(entry, entity.unique_id) in keys
        if is_figure and entity.unique_id not in kept:
            entities.async_remove(entity.entity_id)


def _unique_id(account: NetrexAccount, figure: Figure) -> str:
    return f"{node_key(account.entry, account.tree.data.nodes[figure.node_id])}{SEPARATOR}{figure.key}"


class FigureSensor(RenamedEntity, CoordinatorEntity[FigureCoordinator], SensorEntity):
    """What has been counted since midnight, up to the last quarter of an hour that is over."""

    _attr_has_entity_name = True

    def __init__(self, account: NetrexAccount, figure: Figure) -> None:
        """Belong to the figure's camera, or for a place to the account."""
        super().__init__(account.figures.today)
        self._account = account
        self._figure = figure
        node, kind = account.tree.data.nodes[figure.node_id], figure.kind
        on_camera = node.type is NodeType.CAMERA
        self._attr_unique_id = _unique_id(account, figure)
        self._attr_translation_key = (_ON_CAMERA if on_camera else _AT_PLACE)[kind]
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
        self._read()

    @property
    def _node(self) -> Node | None:
        return self._account.tree.data.nodes.get(self._figure.node_id)

    @property
    @override
    def available(self) -> bool:
        """The cloud has told figures, and the node is still in the tree."""
        return super().available and self.coordinator.data is not None and self._node is not None

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the figures, and the tree for the place's name."""
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
            self.take_name(None, place=node.name)
        self.async_write_ha_state()

    def _read(self) -> None:
        """Take the figure over. Where nothing is counted, or this figure alone failed, it is unknown."""
        today = self.coordinator.data
        value = today.values.get(self._figure) if today is not None else None
        self._attr_native_value = int(value) if value is not None and value.is_integer() else value
        if today is not None and self._figure.kind.adds_up:
            self._attr_last_reset = today.begins_at
