"""The form in which metrics are chosen."""

from collections.abc import Mapping
from typing import Final

import probatio

from ..cloud import Node, Tree
from ..const import CONF_METRIC_KINDS, CONF_METRIC_NODES
from ..metrics.metric import MAX_METRICS, MetricChoice, MetricKind, countable
from .fields import select_name, select_text

_BETWEEN: Final = " / "


def metrics_schema(tree: Tree) -> probatio.Schema:
    """Return the form: which cameras and places, and which metrics of each."""
    nodes = {str(node.node_id): _path(tree, node) for node in countable(tree)}
    by_path = dict(sorted(nodes.items(), key=lambda item: item[1].casefold()))
    return probatio.Schema(
        {
            probatio.Optional(CONF_METRIC_NODES): select_name(by_path, multiple=True),
            probatio.Optional(CONF_METRIC_KINDS): select_text(MetricKind, "metric_kinds", multiple=True),
        }
    )


def suggested(choice: MetricChoice, tree: Tree) -> dict[str, list[str]]:
    """Return what the form shows as chosen; what is no longer in the tree can't be chosen again."""
    there = {node.node_id for node in countable(tree)}
    return {
        CONF_METRIC_NODES: [str(node_id) for node_id in choice.node_ids if node_id in there],
        CONF_METRIC_KINDS: [kind.value for kind in choice.kinds],
    }


def with_hidden(choice: MetricChoice, stored: MetricChoice, tree: Tree) -> MetricChoice:
    """Return a choice with the stored nodes that the form could not show: they may come back.

    To choose nothing is to want no metrics at all.
    """
    if choice.is_empty:
        return choice
    there = {node.node_id for node in countable(tree)}
    return MetricChoice(
        (*choice.node_ids, *(node_id for node_id in stored.node_ids if node_id not in there)), choice.kinds
    )


def read_metrics_form(user_input: Mapping[str, list[str]]) -> MetricChoice:
    """Return what was chosen in the form."""
    kinds = user_input.get(CONF_METRIC_KINDS, [])
    return MetricChoice(
        tuple(int(node_id) for node_id in user_input.get(CONF_METRIC_NODES, [])),
        tuple(kind for kind in MetricKind if kind in kinds),
    )


def problem_with(choice: MetricChoice, tree: Tree) -> str | None:
    """Return the key of what is wrong with a choice. To choose nothing at all is no mistake: no metrics are wanted."""
    metrics = choice.metrics(tree)
    if len(metrics) > MAX_METRICS:
        return "too_many_metrics"
    if metrics or not (choice.node_ids or choice.kinds):
        return None
    return "metrics_incomplete" if choice.is_empty else "metrics_not_available"


def _path(tree: Tree, node: Node) -> str:
    """Return a node's name after those of what it lies in: shops have folders and cameras of the same names."""
    above = [each.name for each in tree.ancestors(node) if each.node_id != tree.top.node_id]
    return _BETWEEN.join([*reversed(above), node.name])
