"""The supervisor's page: links to both sides, no client's name."""

import re

from tests.web.office import Office, hidden, received
from tests.web.staff import send


def test_the_team_page_links_to_each_referral_and_names_no_client(office: Office) -> None:
    sent = office.sent()
    text = office.as_("sam").get("/referrals/team").text
    assert re.search(r'href="/referrals/[0-9a-f-]{36}"', text)
    assert "Maya Ortiz" in text
    assert "Quillfeather" not in text
    assert received(sent) not in text


def test_a_refused_sending_is_told_to_the_supervisor(office: Office) -> None:
    client = office.client()
    consent = office.consent(client)
    draft = office.draft(client)
    action = f"{draft}/moves/send"
    form = hidden(office.as_("casey").get(draft).text, action)
    taken_back = send(office.as_("casey"), f"{consent}/revoke", by="client", how="oral")
    assert taken_back.status_code == 302
    assert office.as_("casey").post(action, data=form).status_code == 409
    text = office.as_("sam").get("/referrals/team").text
    refused = text.partition("refused-title")[2]
    assert f'href="{draft}"' in refused
    assert "Sending was refused" in refused
