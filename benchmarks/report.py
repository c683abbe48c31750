"""Numbers that benchmarks share: percentiles, memory, tables, JSON."""

import argparse
import json
import resource
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

SIZES = {"10k": 10_000, "100k": 100_000, "1m": 1_000_000}


def percentile(seconds: Sequence[float], share: float) -> float:
    """In milliseconds."""
    return float(np.percentile(seconds, share) * 1000.0) if seconds else 0.0


def geometric_mean(values: Sequence[float]) -> float:
    """Of positive values."""
    return float(np.exp(np.mean(np.log(values)))) if values else 0.0


def resident_mb() -> float:
    """Memory of this process now, in MB (10^6 bytes)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def peak_mb() -> float:
    """The most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def rounded(value: Any) -> Any:
    """Figures as they are written: four significant digits."""
    if isinstance(value, Mapping):
        return {name: rounded(each) for name, each in value.items()}
    return float(f"{value:.4g}") if isinstance(value, float) else value


def show(title: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """A table of rows that have the same names, to the terminal; one row alone stands upright."""
    if len(rows) == 1:
        rows = [{"figure": name, "value": value} for name, value in rows[0].items()]
    table = Table(title=title)
    for name in rows[0]:
        table.add_column(name, justify="left" if isinstance(rows[0][name], str) else "right")
    for row in rows:
        table.add_row(*(f"{each:.4g}" if isinstance(each, float) else str(each) for each in row.values()))
    Console().print(table)


def write(path: Path | None, report: Mapping[str, Any]) -> None:
    """One JSON object, if asked for."""
    if path:
        path.write_text(json.dumps(rounded(report), indent=1) + "\n")


def parser(description: str) -> argparse.ArgumentParser:
    """With the options that every benchmark has."""
    made = argparse.ArgumentParser(description=description)
    made.add_argument("--json", type=Path, metavar="FILE", help="write the figures as one JSON object")
    return made
