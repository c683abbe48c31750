"""Plain words, in English and Spanish, become needs, filters, a place and a time; the rest stays words."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from directory.geo.gazetteer import Gazetteer
from directory.listings.needs import Facet, Need, taxonomy
from directory.search.understand import Understood, as_words, understand

TAXONOMY = taxonomy()


def summary(understood: Understood) -> dict[str, Any]:
    """What was understood, without what was not."""
    found = {
        "needs": understood.needs,
        "filters": understood.filters,
        "place": understood.place,
        "radius": understood.radius_miles,
        "when": understood.when.name if understood.when else None,
        "open": understood.open_now,
        "attend": understood.attend,
        "words": understood.words,
        "phrases": understood.phrases,
        "left_out": tuple(each.text for each in understood.items if each.meant == "left_out"),
    }
    return {name: value for name, value in found.items() if value}


CASES: list[tuple[str, dict[str, Any]]] = [
    # needs
    ("suboxone", {"needs": ("buprenorphine",)}),
    ("Suboxone!", {"needs": ("buprenorphine",)}),
    ("narcan", {"needs": ("naloxone",)}),
    ("halfway house", {"needs": ("recovery_housing",)}),
    ("halfway houses", {"needs": ("recovery_housing",)}),
    ("sober living", {"needs": ("recovery_housing",)}),
    ("ride to court", {"needs": ("rides",)}),
    ("needle exchange", {"needs": ("syringe_services",)}),
    ("dual diagnosis", {"needs": ("co_occurring",)}),
    ("co-occurring disorders", {"needs": ("co_occurring",)}),
    ("MAT", {"needs": ("medication",)}),
    ("food pantry", {"needs": ("food_pantry",)}),
    ("detoxing", {"needs": ("detox",)}),
    ("DETOX", {"needs": ("detox",)}),
    ("i need a detox", {"needs": ("detox",)}),
    ("detox program", {"needs": ("detox",)}),
    ("help with rent", {"needs": ("rent_help",)}),
    ("I want to stop drinking", {"needs": ("alcohol_treatment",)}),
    ("my son is using heroin", {"needs": ("opioid_treatment",)}),
    ("jobs for people in recovery", {"needs": ("work",)}),
    ("expunge my record", {"needs": ("expungement",)}),
    ("N.A.", {"needs": ("na",)}),
    ("al anon", {"needs": ("al_anon",)}),
    ("al-anon", {"needs": ("al_anon",)}),
    ("AA meetings", {"needs": ("aa",)}),
    # longest phrase wins
    ("online therapy", {"needs": ("video_counseling",)}),
    ("peer support specialist", {"needs": ("peer_support",)}),
    ("job training", {"needs": ("job_training",)}),
    # filters
    ("spanish speaking", {"filters": ("spanish",)}),
    ("no id", {"filters": ("no_id",)}),
    ("wheelchair accessible", {"filters": ("wheelchair",)}),
    ("sign language", {"filters": ("sign_language",)}),
    ("detox with no ID", {"needs": ("detox",), "filters": ("no_id",)}),
    ("therapy for veterans", {"needs": ("therapy",), "filters": ("veterans",)}),
    ("rehab for pregnant women", {"needs": ("addiction_treatment",), "filters": ("pregnant",)}),
    ("rehab without religion", {"needs": ("addiction_treatment",), "filters": ("secular",)}),
    # two needs: both at once, or one of them
    ("outpatient rehab that offers suboxone", {"needs": ("outpatient",), "filters": ("buprenorphine",)}),
    ("methadone or suboxone", {"needs": ("methadone", "buprenorphine")}),
    ("detox and housing", {"needs": ("detox", "housing")}),
    ("detox, housing", {"needs": ("detox", "housing")}),
    ("detox + housing", {"needs": ("detox", "housing")}),
    # negation
    ("not faith based", {"left_out": ("not faith based",)}),
    (
        "rehab, not a faith based one",
        {"needs": ("addiction_treatment",), "left_out": ("not a faith based",), "words": ("one",)},
    ),
    ("non religious rehab", {"needs": ("addiction_treatment",), "filters": ("secular",)}),
    # places
    ("19104", {"place": "19104"}),
    ("detox near 19104", {"needs": ("detox",), "place": "19104"}),
    ("detox 19104", {"needs": ("detox",), "place": "19104"}),
    ("19104-1234 detox", {"needs": ("detox",), "place": "19104-1234"}),
    ("detox near 99999", {"needs": ("detox",), "place": "99999"}),
    ("detox 99999", {"needs": ("detox",), "words": ("99999",)}),
    (
        "rehab in Pittsburgh for women that takes medicaid",
        {
            "needs": ("addiction_treatment",),
            "filters": ("women", "medicaid"),
            "place": "Pittsburgh",
        },
    ),
    ("shelter in Washington, IN", {"needs": ("shelter",), "place": "Washington, IN"}),
    ("AA meetings in Reading, PA", {"needs": ("aa",), "place": "Reading, PA"}),
    ("recovery house in New Hope, PA", {"needs": ("recovery_housing",), "place": "New Hope, PA"}),
    ("detox los angeles ca", {"needs": ("detox",), "place": "los angeles ca"}),
    ("aa meetings austin tx", {"needs": ("aa",), "place": "austin tx"}),
    ("detox near me", {"needs": ("detox",)}),
    ("detox nearby", {"needs": ("detox",)}),
    (
        "housing for people on parole in Ohio",
        {"needs": ("housing",), "filters": ("justice_involved",), "place": "Ohio"},
    ),
    ("detox within 10 miles of 19104", {"needs": ("detox",), "place": "19104", "radius": 10.0}),
    ("detox a menos de 10 millas de 19104", {"needs": ("detox",), "place": "19104", "radius": 10.0}),
    ("detox 10 miles from Pittsburgh", {"needs": ("detox",), "place": "Pittsburgh", "radius": 10.0}),
    # what is not a place
    ("in recovery", {"words": ("recovery",)}),
    ("near atlantis", {"words": ("atlantis",)}),
    ("counseling in person", {"needs": ("therapy",), "filters": ("in_person",)}),
    ("help in Spanish", {"filters": ("spanish",)}),
    ("care in or out", {"words": ("care",)}),
    # time
    ("open now", {"open": True}),
    ("methadone clinic open now", {"needs": ("methadone",), "open": True}),
    ("NA meeting tonight", {"needs": ("na",), "when": "tonight"}),
    ("meetings tomorrow morning", {"needs": ("peer_groups",), "when": "tomorrow_morning"}),
    ("na meetings on mondays", {"needs": ("na",), "when": "monday"}),
    ("meeting now", {"needs": ("peer_groups",), "when": "now"}),
    ("AA meeting open now", {"needs": ("aa",), "when": "now"}),
    (
        "AA meeting in person saturday night",
        {"needs": ("aa",), "when": "saturday_evening", "attend": "in_person"},
    ),
    ("al-anon meetings online", {"needs": ("al_anon",), "attend": "online"}),
    ("shelter tonight", {"needs": ("shelter",)}),
    ("detox now", {"needs": ("detox",)}),
    # words
    ("Hope House", {"words": ("hope", "house")}),
    ("Riverside detox", {"needs": ("detox",), "words": ("riverside",)}),
    ('"hope house" detox', {"needs": ("detox",), "phrases": (("hope", "house"),)}),
    ("“hope house”", {"phrases": (("hope", "house"),)}),
    ('"hope', {"words": ("hope",)}),
    ("i need help", {"words": ("help",)}),
    ("", {}),
    ("(((", {}),
    ("*", {}),
    ("name:*", {"words": ("name",)}),
    ("🏠", {}),
    # Spanish
    ("desintoxicación cerca de 19104", {"needs": ("detox",), "place": "19104"}),
    ("desintoxicacion", {"needs": ("detox",)}),
    ("reunión de AA hoy en la noche", {"needs": ("aa",), "when": "tonight"}),
    ("reunión de NA mañana", {"needs": ("na",), "when": "tomorrow"}),
    ("reunión de AA mañana por la mañana", {"needs": ("aa",), "when": "tomorrow_morning"}),
    ("reuniones de AA los sábados", {"needs": ("aa",), "when": "saturday"}),
    ("reuniones de AA por la mañana en línea", {"needs": ("aa",), "when": "morning", "attend": "online"}),
    ("vivienda sobria", {"needs": ("recovery_housing",)}),
    ("centros de rehabilitación", {"needs": ("addiction_treatment",)}),
    ("clínica de metadona en Filadelfia", {"needs": ("methadone",), "place": "Filadelfia"}),
    ("tratamiento para alcohol en Texas", {"needs": ("alcohol_treatment",), "place": "Texas"}),
    ("ayuda para adicción cerca de mí", {"needs": ("addiction_treatment",)}),
    ("consejería en español", {"needs": ("therapy",), "filters": ("spanish",)}),
    ("abierto ahora", {"open": True}),
    ("comida gratis", {"needs": ("food_pantry",)}),
    ("abogado gratis", {"needs": ("legal_aid",)}),
    ("rehabilitación y vivienda", {"needs": ("addiction_treatment", "housing")}),
    ("grupos de apoyo", {"needs": ("peer_groups",)}),
]


@pytest.mark.parametrize(("typed", "meant"), CASES, ids=[typed for typed, _ in CASES])
def test_plain_words_are_understood(typed: str, meant: dict[str, Any], gazetteer: Gazetteer) -> None:
    assert summary(understand(typed, TAXONOMY, gazetteer)) == meant


def test_every_label_and_synonym_of_a_need_or_filter_is_understood(gazetteer: Gazetteer) -> None:
    unheard = []
    entries: list[Need | Facet] = [*TAXONOMY.needs.values(), *TAXONOMY.facets.values()]
    for entry in entries:
        for lang, synonyms in entry.synonyms.items():
            for phrase in (entry.labels[lang], *synonyms):
                understood = understand(phrase, TAXONOMY, gazetteer)
                if entry.code not in (*understood.needs, *understood.filters, understood.attend):
                    unheard.append((entry.code, phrase, summary(understood)))
    assert unheard == []


def test_what_was_understood_is_told_as_it_was_typed(gazetteer: Gazetteer) -> None:
    understood = understand("Reunión de AA, mañana en Reading, PA", TAXONOMY, gazetteer)
    assert [each.as_json() for each in understood.items] == [
        {"text": "Reunión de AA", "as": "need", "code": "aa"},
        {"text": "mañana", "as": "time", "code": "tomorrow"},
        {"text": "en Reading, PA", "as": "place", "code": "Reading, PA"},
    ]


def test_a_place_stays_words_where_the_person_said_elsewhere_where(gazetteer: Gazetteer) -> None:
    understood = understand("detox in Pittsburgh", TAXONOMY, gazetteer, with_place=False)
    assert summary(understood) == {"needs": ("detox",), "words": ("pittsburgh",)}


def test_a_time_is_the_time_of_a_meeting_where_meetings_were_chosen(gazetteer: Gazetteer) -> None:
    understood = understand("tonight online", TAXONOMY, gazetteer, for_meetings=True)
    assert summary(understood) == {"when": "tonight", "attend": "online"}


def test_a_name_is_kept_whole_but_for_its_place(gazetteer: Gazetteer) -> None:
    understood = understand("Hope Detox Center in Pittsburgh", TAXONOMY, gazetteer, with_codes=False)
    assert summary(understood) == {"place": "Pittsburgh", "words": ("hope", "detox", "center")}


def test_literal_words_mean_nothing_but_themselves() -> None:
    assert summary(as_words("suboxone near 19104 tonight")) == {"words": ("suboxone", "19104", "tonight")}


NOON = dt.datetime(2026, 11, 23, 12, 0, tzinfo=ZoneInfo("America/New_York"))
LATE = dt.datetime(2026, 11, 28, 23, 30, tzinfo=ZoneInfo("America/New_York"))


@pytest.mark.parametrize(
    ("typed", "now", "window"),
    [
        ("aa today", NOON, (1, None, None)),
        ("aa tonight", NOON, (1, dt.time(17), None)),
        ("aa tomorrow", NOON, (2, None, None)),
        ("aa tomorrow", LATE, (0, None, None)),
        ("aa sunday morning", NOON, (0, dt.time(5), dt.time(11, 59))),
        ("aa mornings", NOON, (None, dt.time(5), dt.time(11, 59))),
        ("aa this afternoon", NOON, (1, dt.time(12), dt.time(17, 59))),
        ("aa now", NOON, (1, dt.time(11, 50), dt.time(14))),
        ("aa now", LATE, (6, dt.time(23, 20), dt.time(1, 30))),
        ("aa esta noche", NOON, (1, dt.time(17), None)),
        ("aa los viernes por la noche", NOON, (5, dt.time(17), None)),
    ],
)
def test_a_time_is_a_window_by_the_clock_of_the_place(
    typed: str, now: dt.datetime, window: tuple[object, ...], gazetteer: Gazetteer
) -> None:
    when = understand(typed, TAXONOMY, gazetteer).when
    assert when is not None
    assert when.window(now) == window
