"""Whatever a field holds, a row becomes one record or one rejection, and reading goes on."""

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.listings.identity import content_hash
from directory.listings.record import ListingRecord
from importers.contract import Importer, Rejection, SourceFile
from importers.general._hsds_record import KNOWN as HSDS_FIELDS
from importers.general.hsds import Hsds
from importers.peer_groups._meeting_fields import KNOWN as MEETING_FIELDS
from importers.peer_groups.bmlt import KNOWN as BMLT_FIELDS
from importers.peer_groups.bmlt import Bmlt
from importers.peer_groups.meeting_guide import MeetingGuide
from importers.peer_groups.smart_recovery import KNOWN as SMART_FIELDS
from importers.peer_groups.smart_recovery import SmartRecovery
from importers.treatment.samhsa_locator import PLAIN as LOCATOR_FIELDS
from importers.treatment.samhsa_locator import SamhsaLocator

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(min_value=-(2**53), max_value=2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(
        ["19104", "12:30", "2026-02-30", "0000-00-00 00:00:00", "=1+1", "http://[", "x1", "<b", "&#0;", "٣"]
    )
)
NAMES = st.sampled_from(
    sorted({*HSDS_FIELDS, "id", "name", "location", "unit", "number", "byday", "value", "label"})
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)

BASES: dict[type[Importer], tuple[frozenset[str], dict[str, Any]]] = {
    MeetingGuide: (MEETING_FIELDS, {"slug": "a", "name": "A", "day": 1, "time": "10:00"}),
    Hsds: (
        HSDS_FIELDS,
        {"id": "1", "name": "A", "status": "active", "organization": {"id": "2", "name": "B"}},
    ),
    Bmlt: (
        BMLT_FIELDS,
        {"id_bigint": "1", "meeting_name": "A", "weekday_tinyint": "2", "start_time": "19:00:00"},
    ),
    SmartRecovery: (
        SMART_FIELDS,
        {"days": ["mondays"], "times": ["7:30 pm"], "address": "Media, PA", "details": "Meeting #: 1"},
    ),
    SamhsaLocator: (
        LOCATOR_FIELDS,
        {"name1": "A", "city": "B", "state": "PA", "zip": "19104", "typeFacility": "SA", "services": []},
    ),
}


@pytest.mark.parametrize("made", BASES, ids=lambda each: str(each.name))
@given(data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_value_of_any_field_stops_a_file(made: type[Importer], data: st.DataObject) -> None:
    fields, base = BASES[made]
    changes = data.draw(st.dictionaries(st.sampled_from(sorted(fields)), VALUES, max_size=6))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.json"
        path.write_text(json.dumps([base | changes, base]))
        (reading,) = made().read(SourceFile(path=path))
        rows = list(reading.rows)
    assert len(rows) >= 2
    assert isinstance(rows[-1], ListingRecord)
    for row in rows:
        assert isinstance(row, Rejection) or content_hash(row)
