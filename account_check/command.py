"""The command: asks for host and token, shows the progress, prints the report."""

import argparse
import asyncio
from getpass import getpass
import os
import sys
from typing import Final

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from custom_components.netrex.cloud import DevicePattern, Provider, ProviderError

from .checking import Account, AccountCheck, Report, open_session
from .report import show

#: Seconds for all of it.
_WITHIN: Final = 60.0
_WITH_RECORDING: Final = 120.0


def main() -> int:
    """Check an account; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="scripts/check-account",
        description="Report what a Netrex account shows of the service. Only reads, and writes nothing. "
        "NETREX_HOST, NETREX_TOKEN and NETREX_CAMERAS replace the questions.",
    )
    parser.add_argument("--oauth", action="store_true", help="the token is an OAuth2 access token, no API token")
    parser.add_argument("--recording", action="store_true", help="let Netrex prepare 20 seconds of a recording as well")
    options = parser.parse_args()
    progress_console = Console(stderr=True)
    try:
        account = Account(
            Provider.parse(os.environ.get("NETREX_HOST") or input("Address of the provider: ")),
            DevicePattern.parse(os.environ.get("NETREX_CAMERAS") or DevicePattern().text),
            (os.environ.get("NETREX_TOKEN") or getpass("Token: ")).strip(),
            oauth=options.oauth,
            recording=options.recording,
        )
    except ProviderError as err:
        progress_console.print(f"This address can't be used: {err.reason}")
        return 2
    except EOFError:
        return 2
    report = asyncio.run(_check(account, progress_console))
    show(report, Console(width=120) if not sys.stdout.isatty() else Console())
    return 0 if report.steps.get("nodes") == "done" else 1


async def _check(account: Account, console: Console) -> Report:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("")
        async with open_session() as session:
            check = AccountCheck(session, account, lambda step: progress.update(task, description=step))
            try:
                async with asyncio.timeout(_WITH_RECORDING if account.recording else _WITHIN):
                    await check.run()
            except TimeoutError:
                check.report.steps["all"] = "TimeoutError"
            return check.report
