"""Whether words of a search are a place."""

import pytest

from directory.geo.gazetteer import Gazetteer
from directory.geo.places import find_place, looks_like_place

PLACES = """\
19104|19104-1234|Pittsburgh|pittsburgh|Washington, IN|washington dc|New York|nyc|Nueva York
Filadelfia|PA|Pennsylvania|west virginia|Carolina del Norte|Pensilvania|Cook County
Orleans Parish, LA|condado de Cook|St. Louis|st louis mo|Mobile, AL|Mobile|Reading|Hope, AR
hope ar|salem OR|Portland, or|philadelphia 19104|39.95,-75.17|Brooklyn|Los Angeles
Anne Arundel, MD""".replace("\n", "|").split("|")
WORDS = """\
me|my area|home|person|in-person|crisis|jail|church|school|english|spanish|español|need
recovery|treatment|detox|town|the area|general|group|court|house|network|patient|transition
custody|center|college|work|job|rehab|women|teens|veterans|night|morning|monday|today|tomorrow
zoom|phone|hospital|clinic|park|north|pain|relapse|sober living|hope|faith|grace|union hall
medical|withdrawal|shelter|food|rides|legal|free|spring|week|30 miles|walking distance|county
my county|state|private|family|therapy|methadone|suboxone|heroin|aa|na|smart|refuge|christian
lgbtq|medicaid|mente|casa|crisis line|miss|Mass|ill|or|in|de|la|pa|hope or despair|salem or
19104 tomorrow|99999|parole|temperance|justice|university|airport|downtown|""".replace("\n", "|").split("|")


@pytest.mark.parametrize("text", PLACES)
def test_a_place_looks_like_one_and_is_found(gazetteer: Gazetteer, text: str) -> None:
    assert looks_like_place(text, gazetteer)
    find_place(text, gazetteer)


@pytest.mark.parametrize("text", WORDS)
def test_words_of_a_need_do_not_look_like_a_place(gazetteer: Gazetteer, text: str) -> None:
    assert not looks_like_place(text, gazetteer)


@pytest.mark.parametrize("text", ["x" * 10_000, "\x00", "a b c d e f g h", "1" * 500])
def test_nonsense_does_not_look_like_a_place(gazetteer: Gazetteer, text: str) -> None:
    assert not looks_like_place(text, gazetteer)
