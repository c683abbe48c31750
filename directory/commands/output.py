"""How commands speak: results on standard output, everything else on standard error."""

import datetime as dt
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

Tick = Callable[[int, int | None], None]
"""`tick(done, expected)`: how far a long job has come."""


def messages() -> Console:
    """Where progress and messages go: standard error."""
    return Console(stderr=True, highlight=False)


def say(message: str) -> None:
    """One line for the person at the terminal."""
    messages().print(message, markup=False, soft_wrap=True)


def print_json(value: object) -> None:
    """The command's one JSON object, and nothing else, on standard output."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")


def print_table(columns: list[str], rows: list[list[Any]], *, title: str | None = None) -> None:
    """A table on standard output; plain enough to read when it is piped."""
    table = Table(*columns, title=title, title_justify="left", show_edge=False, pad_edge=False)
    for row in rows:
        table.add_row(*("" if each is None else str(each) for each in row))
    Console(highlight=False, markup=False).print(table)


@contextmanager
def progress_bar(title: str) -> Iterator[Tick]:
    """A bar on standard error while the block runs; silent when that is no terminal."""
    console = messages()
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(title, total=None)

        def tick(done: int, expected: int | None) -> None:
            bar.update(task, completed=done, total=max(done, expected) if expected else None)

        yield tick


class IsoDate(click.ParamType[str]):
    """A day as `2026-10-31`, handed on as that text."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Raises click's error for text that is no day."""
        try:
            return dt.date.fromisoformat(value).isoformat()
        except ValueError:
            self.fail(f"{value} is no date such as 2026-10-31", param, ctx)


json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object on standard output."
)
