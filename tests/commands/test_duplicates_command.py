"""`directory duplicates`: what a steward sees of two sources that list the same door."""

import json
from pathlib import Path

from tests.commands.conftest import invoke

OTP_HEADER = "Program Name,Street,City,State,Zip,Phone,Certification,First Full Certification Date\n"
OTP_ROW = "Riverside Clinic,100 Market St,Philadelphia,PA,19106,(215) 555-0188,Certified,2004-01-01\n"
LOCATOR_HEADER = "name1,name2,street1,street2,city,state,zip,phone,latitude,longitude,type_facility\n"
LOCATOR_ROW = (
    "Riverside Clinic Inc,,100 Market Street,,Philadelphia,PA,19106,215-555-0188,39.9496,-75.1422,SA\n"
)


def test_the_same_door_in_two_sources_is_shown_with_its_reasons(home: Path, tmp_path: Path) -> None:
    otp = tmp_path / "otp.csv"
    otp.write_text(OTP_HEADER + OTP_ROW)
    locator = tmp_path / "locator.csv"
    locator.write_text(LOCATOR_HEADER + LOCATOR_ROW)
    invoke(home, "import", "samhsa_otp", str(otp))
    invoke(home, "import", "samhsa_locator", str(locator))
    (pair,) = json.loads(invoke(home, "duplicates", "--json").stdout)["duplicates"]
    assert {pair["first"]["name"], pair["second"]["name"]} == {"Riverside Clinic", "Riverside Clinic Inc"}
    assert pair["band"] == "same"
    assert len(pair["reasons"]) >= 2
    assert "Riverside Clinic" in invoke(home, "duplicates").output


def test_one_source_alone_has_no_duplicates(home: Path) -> None:
    invoke(home, "import", "hsds")
    assert json.loads(invoke(home, "duplicates", "--json").stdout) == {"duplicates": []}
