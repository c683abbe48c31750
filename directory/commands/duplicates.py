"""`directory duplicates`: pairs of listings of different sources that may be one place, with reasons."""

from typing import Any

import click

from directory.commands.instance import Instance
from directory.commands.output import json_option, print_json, print_table, progress_bar, say
from directory.intake.duplicates import Band, Duplicate, find_duplicates
from directory.intake.sites import site_of
from directory.listings import store
from directory.stewardship.merges import kept_apart


@click.command()
@click.option(
    "--least",
    type=click.Choice(["same", "likely", "unlikely"]),
    default="likely",
    show_default=True,
    help="The lowest band to show.",
)
@json_option
@click.pass_obj
def duplicates(instance: Instance, /, least: Band, as_json: bool) -> None:
    """Pairs of listings that may be one place, best first, with scores and reasons.

    `directory merge` makes one of them; `directory merge --apart` keeps a pair from being shown again.
    """
    sites, names = [], {}
    with instance.reading() as session, progress_bar("Listings") as tick:
        apart = kept_apart(session)
        total = store.count_documents(session, include_examples=False)
        for document in store.iter_documents(session, include_examples=False):
            sites.append(site_of(document))
            names[document["id"]] = (document["name"], document["source"]["name"])
            if len(sites) % 500 == 0:
                tick(len(sites), total)
    rows = [_row(each, names) for each in find_duplicates(sites, least=least, apart=apart)]
    if as_json:
        print_json({"duplicates": rows})
        return
    say(f"{len(rows):,} pairs among {len(sites):,} listings")
    shown = [
        [f"{row['score']:.2f}", row["band"], row["first"]["name"], row["second"]["name"], _reasons(row)]
        for row in rows
    ]
    if shown:
        print_table(["score", "band", "listing", "may be", "because"], shown)


def _row(pair: Duplicate, names: dict[str, tuple[str, str]]) -> dict[str, Any]:
    verdict = pair.verdict
    return {
        "first": _listing(pair.first, names),
        "second": _listing(pair.second, names),
        "score": round(verdict.score, 3),
        "band": verdict.band,
        "reasons": [{"reason": str(each.phrase), "points": each.points} for each in verdict.reasons],
    }


def _listing(listing_id: str, names: dict[str, tuple[str, str]]) -> dict[str, str]:
    name, source = names[listing_id]
    return {"id": listing_id, "name": name, "source": source}


def _reasons(row: dict[str, Any]) -> str:
    return "; ".join(each["reason"] for each in row["reasons"])
