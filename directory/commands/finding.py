"""Finding on the command line: `search` asks exactly what the page asks; `index` tends the search index."""

import datetime as dt
import time
from collections.abc import Mapping, Sequence
from typing import Any

import click

from directory.commands.instance import Instance
from directory.commands.output import json_option, print_json, print_table, progress_bar, say
from directory.geo.geocoders import make_geocoder
from directory.listings import store
from directory.listings.record import KINDS
from directory.search.answer import Answer
from directory.search.find import find
from directory.search.follow import behind, rebuild, refresh
from directory.search.query import SearchQuery

SHOWN = ("#", "listing", "miles", "city", "open", "phone")


@click.command()
@click.argument("text", default="")
@click.option("--need", multiple=True, help="Need code; repeat for any of several.")
@click.option("--near", help="ZIP, city, county, state or street address.")
@click.option("--radius", help="Miles.")
@click.option("--filter", "filters", multiple=True, help="Filter code, repeatable.")
@click.option("--open", "open_", help="`now`, or a local time such as 2026-11-23T18:30.")
@click.option("--day", help="Meetings: weekday, 0 is Sunday.")
@click.option("--from", "from_", help="Meetings: earliest start, 18:00.")
@click.option("--to", help="Meetings: latest start.")
@click.option("--attend", help="in_person, online or hybrid.")
@click.option("--kind", multiple=True, help=", ".join(KINDS) + ".")
@click.option("--sort", help="best, nearest, soonest or verified.")
@click.option("--lang", help="en or es.")
@click.option("--page", help="1-based.")
@click.option("--limit", help="Results on a page, at most 100.")
@click.option("--literal", is_flag=True, help="Take TEXT as words only.")
@json_option
@click.pass_obj
def search(instance: Instance, /, text: str, literal: bool, as_json: bool, **given: Any) -> None:
    """Search the listings: the same search as the page."""
    renamed = {"filters": "filter", "open_": "open", "from_": "from", "limit": "per_page"}
    parameters: dict[str, Sequence[str]] = {"q": [text], "literal": ["1"] if literal else []}
    for name, value in given.items():
        values = [value] if isinstance(value, str) else list(value or ())
        parameters[renamed.get(name, name)] = values
    answer = answer_of(instance, parameters)
    if as_json:
        print_json(answer.as_json(str))
    else:
        print_answer(answer)


def answer_of(instance: Instance, parameters: Mapping[str, Sequence[str]]) -> Answer:
    """The answer to parameters as a URL would give them. Raises `QueryInvalid`."""
    query = SearchQuery.parse(parameters, instance.taxonomy)
    examples = instance.settings.examples
    with instance.reading() as session:
        return find(
            query,
            engine=instance.search_engine,
            taxonomy=instance.taxonomy,
            gazetteer=instance.gazetteer,
            geocoder=make_geocoder(instance.settings),
            documents=lambda ids: store.load_documents(session, ids, include_examples=examples),
            now=dt.datetime.now(dt.UTC),
            lang=query.lang or "en",
        )


def print_answer(answer: Answer) -> None:
    """The answer as a person reads it in a terminal."""
    shown = answer.as_json(str)
    say(_headline(shown))
    for each in shown["understood"]:
        say(f"  “{each['text']}” taken as {each['as']}: {each['code']}")
    first = (shown["query"].get("page", 1) - 1) * shown["query"].get("per_page", 20)
    rows = [
        [
            first + number,
            _name(each),
            each["serves"] or each["distance_miles"],
            (each["address"] or {}).get("city"),
            each["open"]["text"],
            each["phone"],
        ]
        for number, each in enumerate(shown["results"], 1)
    ]
    if rows:
        print_table(list(SHOWN), rows)
    for each in shown["suggestions"]:
        say(f"Try: {each['text']} ({each['total']:,})")


def _headline(shown: dict[str, Any]) -> str:
    """ "26 listings near Philadelphia, PA 19104, within 25 miles"."""
    words = ["1 listing" if shown["total"] == 1 else f"{shown['total']:,} listings"]
    if place := shown["place"]:
        words.append(f"{'in' if place['kind'] in ('state', 'county') else 'near'} {place['name']}")
    headline = " ".join(words)
    if shown["radius_miles"]:
        headline += f", within {shown['radius_miles']:g} miles"
    if shown["widened"]:
        headline += " (wider, because little is nearer)"
    return headline


def _name(listing: dict[str, Any]) -> str:
    name, organization = str(listing["name"]), str(listing["organization"])
    return name if name == organization else f"{name} ({organization})"


@click.group()
def index() -> None:
    """Tend the search index, which follows the database."""


@index.command()
@json_option
@click.pass_obj
def status(instance: Instance, as_json: bool) -> None:
    """What the index holds, and how many changes it has not taken in."""
    found = instance.search_engine.status()
    with instance.reading() as session:
        late = behind(session, instance.search_engine)
    told = {
        "engine": found.engine,
        "documents": found.documents,
        "behind": late,
        "generation": found.generation,
        "bytes": found.bytes,
    }
    if as_json:
        print_json(told)
    else:
        print_table(list(told), [[f"{each:,}" if isinstance(each, int) else each for each in told.values()]])


@index.command("refresh")
@click.pass_obj
def refresh_index(instance: Instance) -> None:
    """Take in the changes since the last one."""
    with progress_bar("Search index") as tick:
        touched = refresh(
            instance.reading, instance.search_engine, examples=instance.settings.examples, progress=tick
        )
    say(f"{touched:,} listings taken in.")


@index.command("rebuild")
@click.pass_obj
def rebuild_index(instance: Instance) -> None:
    """Derive every listing document anew, and build the whole index from them."""
    started = time.monotonic()
    with progress_bar("Listing documents") as tick, instance.sessions() as session:
        now = dt.datetime.now(dt.UTC)
        store.rebuild_documents(session, taxonomy=instance.taxonomy, now=now, progress=tick)
    with progress_bar("Search index") as tick:
        count = rebuild(
            instance.reading, instance.search_engine, examples=instance.settings.examples, progress=tick
        )
    say(f"{count:,} listings indexed in {time.monotonic() - started:.1f} s.")
