"""Whole-tree rules: one door for a referral's status, one builder of what a recipient gets."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


@cache
def files() -> tuple[tuple[str, ast.Module], ...]:
    """Every file of the program that knows of referrals, parsed."""
    texts = {path: path.read_text() for path in sorted((ROOT / "directory").rglob("*.py"))}
    return tuple(
        (path.relative_to(ROOT / "directory").as_posix(), ast.parse(text))
        for path, text in texts.items()
        if "referrals" in text
    )


def calls(tree: ast.AST, name: str) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == name
    ]


def imports_referral(tree: ast.AST) -> bool:
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "directory.referrals.tables"
        and any(each.name == "Referral" for each in node.names)
        for node in ast.walk(tree)
    )


def test_only_the_door_sets_a_referrals_status() -> None:
    setters = {
        name
        for name, tree in files()
        if imports_referral(tree)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and node.attr == "status"
        and getattr(node.value, "id", "") in {"row", "referral"}
    }
    assert setters == {"referrals/moves.py"}


def test_a_new_referral_is_a_draft() -> None:
    made = [
        (name, keyword.value.value)
        for name, tree in files()
        for call in calls(tree, "Referral")
        for keyword in call.keywords
        if keyword.arg == "status" and isinstance(keyword.value, ast.Constant)
    ]
    assert made == [("referrals/drafts.py", "draft")]


def test_no_bulk_update_goes_past_the_version() -> None:
    past = [
        name
        for name, tree in files()
        for call in calls(tree, "update")
        if call.args and getattr(call.args[0], "id", "") == "Referral"
    ]
    assert past == []


def test_what_a_recipient_gets_is_built_in_one_place() -> None:
    builders = {name for name, tree in files() if calls(tree, "RecipientPayload")}
    assert builders == {"referrals/consent.py"}
    openers = {name for name, tree in files() if calls(tree, "disclosable_view")}
    assert openers == {
        "referrals/conversation.py",
        "referrals/moves.py",
        "referrals/receiver_view.py",
    }
    gate = "directory.referrals.gate"
    holders = {
        name
        for name, tree in files()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and node.module == gate
        and any(each.name == "values_of" for each in node.names)
    }
    assert holders == openers
