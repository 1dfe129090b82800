"""The report as a table that can be pasted: closed values only, no names, no serial numbers."""

from collections.abc import Iterator

from rich import box
from rich.console import Console
from rich.table import Table

from custom_components.netrex.transport.facts import Fact

from .checking import Report


def rows(report: Report) -> Iterator[tuple[str, str, str, str]]:
    """Yield name, id, state and values of each fact."""
    for fact in Fact:
        seen = report.seen.values.get(fact, ())
        yield fact.key, fact.fact_id, fact.state(seen).value, ", ".join(seen)


def show(report: Report, console: Console) -> None:
    """Print the report."""
    table = Table("In the report", "Fact", "State", "Seen", box=box.MARKDOWN)
    for row in rows(report):
        table.add_row(*row)
    console.print(table)
    steps = Table("Step", "Result", box=box.MARKDOWN)
    for name, result in report.steps.items():
        steps.add_row(name, result)
    console.print(steps)
    if report.schema is None:
        console.print("The schema is not answered.")
        return
    console.print(f"Differences of the schema from the documents: {len(report.schema)}")
    for line in report.schema:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
