"""Stewards and imports at work at the same time: nobody's decision and nobody's file is lost."""

import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session, sessionmaker

from directory.geo.gazetteer import Gazetteer
from directory.listings import store
from directory.stewardship.edits import edit_field
from directory.stewardship.merges import merge
from tests.builders import make_record, make_service
from tests.intake.feeds import Import, feed, key
from tests.listings.storing import many
from tests.stewardship.conftest import Decide
from tests.stewardship.looking import document_of, found, status_of

COUNT = 200


def at_once(*jobs: Callable[[], Any]) -> None:
    """Runs the jobs in threads of their own; the first failure is the test's."""
    failures: list[BaseException] = []

    def run(job: Callable[[], Any]) -> None:
        try:
            job()
        except BaseException as problem:  # noqa: BLE001  told by the test
            failures.append(problem)

    threads = [threading.Thread(target=run, args=(each,)) for each in jobs]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failures == []


def test_edits_made_while_a_file_is_read_stand_beside_what_it_says(
    bring_in: Import, decide: Decide, sessions: sessionmaker[Session]
) -> None:
    bring_in(feed(*many(COUNT, make_record())))
    edited = [key(f"facility-{number}") for number in range(0, COUNT, 20)]

    def edit() -> None:
        for each in edited:
            decide(edit_field, each, "service.alert", "Ours")

    later = many(COUNT, make_record(service=make_service(description="Later", alert="Theirs")))
    at_once(lambda: bring_in(feed(*later)), edit)
    with sessions() as session:
        documents = store.load_documents(session, [key(f"facility-{number}") for number in range(COUNT)])
    assert {each["description"] for each in documents.values()} == {"Later"}
    assert {documents[each]["alert"] for each in edited} == {"Ours"}
    assert sum(each["alert"] == "Ours" for each in documents.values()) == len(edited)


def test_two_sources_whose_listings_are_merged_may_be_imported_at_once(
    bring_in: Import, decide: Decide, sessions: sessionmaker[Session], gazetteer: Gazetteer
) -> None:
    ours, theirs = Import(sessions, gazetteer), Import(sessions, gazetteer)
    count = 30
    for each, name in ((ours, "ours"), (theirs, "theirs")):
        each(feed(*many(count, make_record())), feed=name)
    bring_in.now = ours.now
    pairs = [(key(f"facility-{n}", "ours"), key(f"facility-{n}", "theirs")) for n in range(0, count, 2)]
    for number, (one, other) in enumerate(pairs):
        decide(merge, *((one, [other]) if number % 2 else (other, [one])))

    def again(each: Import, name: str) -> None:
        for number in range(3):
            service = make_service(alert=f"{name} {number}", wait_time=name if name == "theirs" else None)
            each(feed(*many(count, make_record(service=service))), feed=name)

    at_once(lambda: again(ours, "ours"), lambda: again(theirs, "theirs"))
    for number, (one, other) in enumerate(pairs):
        kept, merged = (one, other) if number % 2 else (other, one)
        document = document_of(sessions, kept)
        assert document["alert"] == ("ours 2" if number % 2 else "theirs 2")
        assert document["wait_time"] == "theirs"
        assert status_of(sessions, merged) == "merged"
    assert len(found(sessions)) == 2 * count - len(pairs)
