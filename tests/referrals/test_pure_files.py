"""The rules of referrals open nothing: no database, no web, no clock of their own; payloads have one door."""

import ast
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ROOM = ROOT / "directory" / "referrals"
PURE = [
    ROOT / "directory" / "reports" / "suppression.py",
    ROOT / "directory" / "csv_cells.py",
    *(
        ROOM / f"{name}.py"
        for name in (
            "accounting",
            "actors",
            "bases",
            "business_time",
            "check_in_rows",
            "clock_rows",
            "clocks",
            "consent",
            "consent_elements",
            "consent_record",
            "decision",
            "disclosing",
            "event_rows",
            "extracts",
            "guards",
            "handoffs",
            "incident_rules",
            "information",
            "metric_rows",
            "metrics",
            "minors",
            "move_facts",
            "move_rows",
            "outcomes",
            "reasons",
            "scope",
            "states",
            "transitions",
        )
    ),
]
OURS = re.compile(
    r"directory\.(errors|phrases|csv_cells|small_counts|referrals\.\w+|listings\.(holidays|hours|record|wall_clock))"
)


def imported(node: ast.AST) -> list[str]:
    """The modules that a statement names; of `from directory.referrals import x` that one."""
    if isinstance(node, ast.Import):
        return [each.name for each in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    if node.module == "directory.referrals":
        return [f"{node.module}.{each.name}" for each in node.names]
    return [node.module or ""]


def test_the_rules_need_only_the_standard_library_and_each_other() -> None:
    pure = {f"directory.{path.parent.name}.{path.stem}" for path in PURE if path.parent == ROOM}
    for path in PURE:
        for node in ast.walk(ast.parse(path.read_text())):
            for module in imported(node):
                known = module.split(".")[0] in sys.stdlib_module_names or OURS.fullmatch(module)
                assert known, f"{path.name} imports {module}"
                assert not module.startswith("directory.referrals.") or module in pure, (
                    f"{path.name}: {module}"
                )


def test_the_rules_read_no_clock() -> None:
    for path in PURE:
        assert not re.search(r"\.(now|utcnow|today|time|monotonic)\(", path.read_text()), path.name
