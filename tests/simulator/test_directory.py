"""The account: extensions of every type, sites and queues, page by page."""

import unicodedata

from tests.simulator.client import Client, connected
from tui.simulator.account import WITHOUT_PRESENCE, seeded


async def everyone(client: Client, **query: str | int | list[str]) -> list[dict[str, object]]:
    """All pages of the extension list."""
    records: list[dict[str, object]] = []
    page = 1
    while True:
        answer = await client.get("/account/~/extension", params={**query, "page": page})
        records += answer["records"]
        if "nextPage" not in answer["navigation"]:
            return records
        page += 1


async def test_the_list_has_pages_that_come_to_all() -> None:
    async with connected(extensions=250, rate_limits=False) as client:
        first = await client.get("/account/~/extension")
        assert len(first["records"]) == 100
        assert first["paging"]["page"] == 1
        assert first["paging"]["perPage"] == 100
        whole = await everyone(client, perPage=60)
        assert "previousPage" not in first["navigation"]
        last = await client.get("/account/~/extension", params={"page": first["paging"]["totalPages"]})
        assert "nextPage" not in last["navigation"]
        assert len(whole) == first["paging"]["totalElements"]
        assert len({record["id"] for record in whole}) == len(whole)
        cut = await client.get("/account/~/extension", params={"perPage": 5000})
        assert cut["paging"]["perPage"] == 1000
        beyond = await client.get("/account/~/extension", params={"page": 99})
        assert beyond["records"] == []
        assert not {"page", "pageStart", "pageEnd"} & set(beyond["paging"])


async def test_type_and_status_are_filters_that_repeat() -> None:
    async with connected(extensions=100, rate_limits=False) as client:
        chosen = await everyone(client, type=["Department", "Site"])
        assert {record["type"] for record in chosen} == {"Department", "Site"}
        off = await everyone(client, status=["Disabled", "NotActivated"])
        assert {record["status"] for record in off} == {"Disabled", "NotActivated"}
        one = await everyone(client, extensionNumber="105")
        assert [record["name"] for record in one] == ["Eva Novak"]
        wrong = await client.ask("GET", "/account/~/extension", params={"type": "Robot"})
        assert (wrong.status_code, wrong.json()["errorCode"]) == (400, "CMN-101")
        assert (await client.ask("GET", "/account/~/extension", params={"page": "0"})).status_code == 400


async def test_the_account_has_all_that_a_screen_can_stumble_over() -> None:
    async with connected(extensions=100, rate_limits=False) as client:
        whole = await everyone(client)
        assert {record["type"] for record in whole} >= WITHOUT_PRESENCE | {"User", "Limited", "FlexibleUser"}
        statuses = {record["status"] for record in whole}
        assert statuses == {"Enabled", "Disabled", "Frozen", "NotActivated", "Unassigned"}
        assert any(record["hidden"] for record in whole)
        assert all("extensionNumber" not in record for record in whole if record["status"] == "Unassigned")
        assert all(isinstance(record["id"], int) for record in whole)
        names = [str(record["name"]) for record in whole]
        assert max(len(name) for name in names) == 64
        assert any("[" in name for name in names)
        scripts = {unicodedata.name(letter).split()[0] for name in names for letter in name if letter.isalpha()}
        assert scripts >= {"LATIN", "ARABIC", "HEBREW", "CJK", "CYRILLIC", "HANGUL", "THAI"}
        assert any(unicodedata.category(letter) == "So" for name in names for letter in name)


async def test_a_queue_has_members_who_are_people() -> None:
    async with connected() as client:
        queues = (await client.get("/account/~/call-queues"))["records"]
        sales = next(queue for queue in queues if queue["name"] == "Sales")
        members = (await client.get(f"/account/~/call-queues/{sales['id']}/members"))["records"]
        assert len(members) == 12
        served = await client.get("/account/~/call-queues", params={"memberExtensionId": members[0]["id"]})
        assert "Sales" in [queue["name"] for queue in served["records"]]
        await client.box.presence(members[0]["extensionNumber"], dndStatus="DoNotAcceptDepartmentCalls")
        agents = (await client.get(f"/account/~/call-queues/{sales['id']}/presence"))["records"]
        assert [agent["acceptCurrentQueueCalls"] for agent in agents[:2]] == [False, True]
        assert (await client.ask("GET", "/account/~/call-queues/401/members")).status_code == 404


async def test_sites_and_single_extensions_are_told() -> None:
    async with connected() as client:
        sites = (await client.get("/account/~/sites"))["records"]
        assert sites[0]["id"] == "main-site"
        ana = await client.get("/account/~/extension/401")
        assert ana["site"]["name"] in [site["name"] for site in sites]
        assert ana["contact"]["department"] == "Sales"
        assert (await client.get("/account/400131"))["id"] == 400131
        for path in ("/account/~/extension/999999", "/account/1/extension", "/nothing"):
            assert (await client.ask("GET", path)).status_code == 404
        assert (await client.ask("DELETE", "/account/~/extension")).status_code == 405


def test_a_seed_makes_the_same_account_again() -> None:
    first, same, other = seeded(300, 7), seeded(300, 7), seeded(300, 8)
    assert list(first.extensions.values()) == list(same.extensions.values())
    assert list(first.extensions.values()) != list(other.extensions.values())
    people = [extension for extension in first.extensions.values() if extension.email]
    assert len(people) == 300
    assert [extension.name for extension in people if extension.administrator] == ["Mia Santos"]


def test_ten_thousand_people_have_numbers_of_their_own() -> None:
    extensions = seeded(10_000, 1).extensions.values()
    numbers = [extension.number for extension in extensions if extension.number]
    assert len(set(numbers)) == len(numbers)
