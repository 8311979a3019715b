"""Pages of decisions of an empty catalogue, and of addresses that are wrong."""

from __future__ import annotations

from uuid import UUID

from tests.dashboard.site import LOOP, Site

pytestmark = LOOP

EMPTY = ("/plans", "/plans?all=1", "/quarantine", "/duplicates", "/duplicates/decisions")
ZERO = UUID(int=0)
WRONG = {
    f"/plans/{ZERO}": 404,
    "/plans/none": 404,
    f"/plans/{ZERO}/read": 404,
    "/plans?after=x": 400,
    "/plans?source=none": 404,
    "/quality/source": 400,
    "/quality/source?name=none": 404,
    f"/quality/session/{ZERO}": 404,
    "/quarantine/0": 404,
    f"/quarantine/{2**63}": 404,
    "/sources/%00": 404,
    "/quarantine?status=gone": 400,
    "/quarantine?before=-1": 400,
    f"/duplicates/{ZERO}/{UUID(int=1)}": 404,
    "/duplicates?after=nan~x~y": 400,
    "/duplicates?after=nan~" + f"{ZERO}~{ZERO}": 400,
    "/duplicates/decisions?before=99999999999999999999": 400,
}


async def test_pages_say_what_to_run_and_refuse_what_they_cannot_answer(site: Site) -> None:
    """Words for people, JSON for programs, never a trace."""
    async with site.client() as http:
        for path in EMPTY:
            answer = await http.get(path, headers={"accept": "text/html"})
            assert (answer.status_code, '<div class="empty">' in answer.text) == (200, True), path
        for path, status in WRONG.items():
            answer = await http.get(path)
            assert answer.status_code == status, (path, answer.text)
            assert answer.json()["error"]["message"], path
