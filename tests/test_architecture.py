"""Who may import whom: the table of DESIGN.md, checked on every import in the tree."""

import ast
import graphlib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

BASE = frozenset(
    {
        "directory.csv_cells",
        "directory.errors",
        "directory.phrases",
        "directory.settings",
        "directory.small_counts",
        "directory.whole_files",
    }
)
"""Pure files that every room may use."""

TABLED = ("tables", "store", "changes")
"""The files of `listings` that know the database; the others are pure."""

HOUSE = frozenset(
    {
        "search",
        "intake",
        "stewardship",
        "accounts",
        "referrals",
        "partners",
        "reports",
        "mail",
        "listings",
        "listings (pure)",
        "geo",
        "database",
    }
)
"""Every room below the web."""

MAY_IMPORT: dict[str, frozenset[str]] = {
    "listings (pure)": frozenset({"listings (pure)"}),
    "database": frozenset({"migrations"}),
    "migrations": frozenset({"database"}),
    "listings": frozenset({"listings (pure)", "listings", "database"}),
    "geo": frozenset({"geo", "database", "listings (pure)"}),
    "mail": frozenset({"mail", "database"}),
    "intake": frozenset({"intake", "mail", "listings", "listings (pure)", "geo", "database"}),
    "stewardship": frozenset(
        {"stewardship", "intake", "accounts", "mail", "listings", "listings (pure)", "database"}
    ),
    "accounts": frozenset({"accounts", "mail", "database"}),
    "referrals": frozenset({"referrals", "accounts", "mail", "listings", "listings (pure)", "database"}),
    "partners": frozenset({"partners", "search", "accounts", "database", "listings (pure)"}),
    "reports": frozenset({"reports", "search", "geo", "stewardship", "referrals", "database"}),
    "search": frozenset({"search", "listings", "listings (pure)", "geo", "database"}),
    "web": HOUSE | {"web"},
    "importers": frozenset({"importers", "listings (pure)"}),
    "top": HOUSE | {"web", "top", "migrations", "importers"},
}
"""`top` is where the parts meet: app, cli, jobs. `geo` reads records (it fills in their coordinates)."""

TOP = frozenset({"app", "cli", "jobs", "__main__", "operations", "commands"})


def room_of(module: str) -> str | None:
    """The room a module belongs to; None for what is not ours."""
    parts = module.split(".")
    if parts[0] == "importers":
        return "importers"
    if parts[0] != "directory" or module in BASE or module == "directory":
        return None
    name = parts[1]
    if name in TOP:
        return "top"
    if name == "listings":
        return "listings" if len(parts) > 2 and parts[2].startswith(TABLED) else "listings (pure)"
    return name


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_modules(tree: ast.AST, module: str, *, is_package: bool) -> Iterator[tuple[str, int]]:
    """Every module that a file names, relative imports and `from package import module` resolved."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((each.name, node.lineno) for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                here = module.split(".") if is_package else module.split(".")[:-1]
                up = here[: len(here) - (node.level - 1)]
                base = ".".join([*up, *([node.module] if node.module else [])])
            for each in node.names:
                deeper = f"{base}.{each.name}"
                is_module = (ROOT / deeper.replace(".", "/")).with_suffix(".py").exists() or (
                    ROOT / deeper.replace(".", "/")
                ).is_dir()
                yield (deeper if is_module else base), node.lineno


def is_package(path: Path) -> bool:
    return path.name == "__init__.py"


def our_files() -> list[Path]:
    return sorted(
        path
        for folder in ("directory", "importers")
        for path in (ROOT / folder).rglob("*.py")
        if "versions" not in path.parts
    )


def refused_imports(module: str, text: str, *, is_package: bool = False) -> list[str]:
    """Imports of one file that the table does not allow, as `module:line imports other`."""
    room = room_of(module)
    if room is None:
        return [
            f"{module}:{line} imports {name}"
            for name, line in imported_modules(ast.parse(text), module, is_package=is_package)
            if room_of(name) is not None
        ]
    return [
        f"{module}:{line} ({room}) imports {name} ({room_of(name)})"
        for name, line in imported_modules(ast.parse(text), module, is_package=is_package)
        if room_of(name) is not None and room_of(name) not in MAY_IMPORT[room]
    ]


def test_imports_point_down() -> None:
    refused = [
        line
        for path in our_files()
        for line in refused_imports(module_name(path), path.read_text(), is_package=is_package(path))
    ]
    assert refused == []


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("directory.listings.hours", "from directory import web"),
        ("directory.listings.hours", "from ..web import errors"),
        ("directory.listings.hours", "from . import store"),
        ("directory.listings.hours", "import directory.database"),
        ("directory.search.query", "from directory.web.pages import search"),
        ("directory.web.errors", "from importers import contract"),
        ("importers.treatment.samhsa_directory", "from directory.listings import store"),
        ("importers.treatment.samhsa_directory", "from directory.intake.run import run_import"),
        ("directory.intake.run", "from importers.contract import Rejection"),
        ("directory.errors", "from directory.listings import record"),
    ],
)
def test_an_import_upwards_is_found_however_it_is_written(module: str, text: str) -> None:
    assert refused_imports(module, text)


def test_no_import_hides_in_a_function_or_behind_type_checking() -> None:
    hidden = []
    for path in our_files():
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.If):
                hidden += [
                    f"{module_name(path)}:{each.lineno}"
                    for each in ast.walk(node)
                    if isinstance(each, ast.Import | ast.ImportFrom)
                ]
    assert hidden == []


def test_no_two_modules_import_each_other() -> None:
    graph: dict[str, set[str]] = {}
    known = {module_name(path) for path in our_files()}
    for path in our_files():
        module = module_name(path)
        names = imported_modules(ast.parse(path.read_text()), module, is_package=is_package(path))
        graph[module] = {name for name, _ in names if name in known and name != module}
    assert tuple(graphlib.TopologicalSorter(graph).static_order())


def test_pure_listings_files_need_only_the_standard_library() -> None:
    allowed_roots = {"directory", *__import__("sys").stdlib_module_names}
    foreign = [
        f"{module_name(path)} imports {name}"
        for path in our_files()
        if room_of(module_name(path)) == "listings (pure)"
        for name, _ in imported_modules(ast.parse(path.read_text()), module_name(path), is_package=False)
        if name.split(".")[0] not in allowed_roots
    ]
    assert foreign == []


def test_only_the_whoosh_engine_imports_whoosh() -> None:
    users = {
        module_name(path)
        for path in our_files()
        for name, _ in imported_modules(ast.parse(path.read_text()), module_name(path), is_package=False)
        if name.split(".")[0] == "whoosh"
    }
    assert users == {"directory.search.whoosh_engine"}


def test_an_importer_loads_without_flask_or_a_database() -> None:
    loaded = [
        f"{module_name(path)} imports {name}"
        for path in (ROOT / "importers").rglob("*.py")
        for name, _ in imported_modules(ast.parse(path.read_text()), module_name(path), is_package=False)
        if name.split(".")[0] in {"flask", "sqlalchemy", "whoosh"}
    ]
    assert loaded == []
    assert (ROOT / "directory" / "__init__.py").read_text().count("import ") == 0


def test_layer_words_name_no_module() -> None:
    words = {"services", "utils", "helpers", "common", "manager"}
    assert [
        module_name(path) for path in our_files() if path.stem in words or path.parent.name in words
    ] == []


def test_top_level_holds_only_what_the_house_allows() -> None:
    allowed = {
        "directory", "importers", "templates", "tests", "benchmarks", "deploy", "docs",
        "wsgi.py", "pyproject.toml", "README.md", "LICENSE", "instance", "build",
    }  # fmt: skip
    found = {
        path.name
        for path in ROOT.iterdir()
        if not path.name.startswith(".") and not path.name.endswith(".egg-info")
        and not (path.name.startswith("requirements") and path.suffix == ".lock")
    }  # fmt: skip
    assert found - allowed == set()
