"""Which transport is used: the first that the platform grants, and what is remembered of those it does not."""

from pathlib import Path

import pytest

from tui.clock import Clock
from tui.errors import LoginRefused, PermissionMissing, RingwallError, TryAgain, Unreachable
from tui.ringcentral.push.auto import REMEMBERED, AutoTransport, TransportFile
from tui.ringcentral.push.scripted import ScriptedTransport
from tui.ringcentral.push.transport import Closed, Opened
from tui.ringcentral.refusals import ApiError

CLOCK = Clock()


class Scene:
    """Three transports, tried one after the other."""

    def __init__(self, folder: Path) -> None:
        self.pubnub, self.websocket, self.polling = (
            ScriptedTransport(name) for name in ("pubnub", "websocket", "polling")
        )
        self.memory = TransportFile(folder / "transport.json")
        self.auto = AutoTransport([self.pubnub, self.websocket, self.polling], self.memory, CLOCK)

    async def opened(self) -> str:
        """Which one opens."""
        stream = self.auto.open(["401"])
        event = await anext(stream)
        await stream.aclose()
        assert isinstance(event, Opened)
        return event.transport


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


async def test_pubnub_where_it_is_granted(scene: Scene) -> None:
    assert await scene.opened() == "pubnub"
    assert scene.auto.name == "pubnub"
    assert scene.websocket.asked == []


@pytest.mark.parametrize(
    "refusal",
    [
        ApiError("Parameter [deliveryMode.transportType] value is invalid", 400, "CMN-101"),
        ApiError("Invalid filters", 400, "SUB-508"),
        ApiError("Not found", 404, "CMN-120"),
        PermissionMissing("The app lacks a permission", code="CMN-401"),
    ],
)
async def test_a_refusal_gives_the_place_to_the_next(scene: Scene, refusal: RingwallError) -> None:
    scene.pubnub.refusals.append(refusal)
    assert await scene.opened() == "websocket"
    assert scene.auto.name == "websocket"


@pytest.mark.parametrize(
    "fault",
    [
        TryAgain("too many calls", after=60.0),
        Unreachable("no answer"),
        LoginRefused("JWT revoked"),
        ApiError("Subscriptions limit exceeded", 403, "SUB-505"),
        ApiError("The user does not allow it", 403, "SUB-403"),
        PermissionMissing("The app lacks a permission: [ReadPresence] is needed", code="CMN-401"),
        PermissionMissing("The user lacks a permission: [ReadExtensions] is needed", code="CMN-408"),
    ],
)
async def test_what_is_no_word_against_a_transport_leaves_it_to_be_tried_again(
    scene: Scene, fault: RingwallError
) -> None:
    scene.pubnub.refusals.append(fault)
    with pytest.raises(type(fault)):
        await scene.opened()
    assert await scene.opened() == "pubnub"


async def test_when_all_others_are_refused_it_polls(scene: Scene) -> None:
    scene.pubnub.refusals.append(ApiError("no", 400))
    scene.websocket.refusals.append(ApiError("no", 403))
    assert await scene.opened() == "polling"


async def test_a_refusal_of_the_one_that_the_configuration_names_says_what_to_do(scene: Scene) -> None:
    scene.auto = AutoTransport([scene.pubnub], scene.memory, CLOCK)
    scene.pubnub.refusals += [
        ApiError("Parameter [deliveryMode.transportType] value is invalid", 400, "CMN-101"),
        PermissionMissing("The app lacks a permission: WebSocket", code="CMN-401"),
        ApiError("Subscriptions limit exceeded", 403, "SUB-505"),
    ]
    words = r'^transport = "pubnub" is refused \(CMN-101\); try "auto"$'
    for said in (words, "lacks a permission: WebSocket$", "^Subscriptions limit exceeded$"):
        with pytest.raises(RingwallError, match=said):
            await scene.opened()
    assert scene.memory.refused(CLOCK.now()) == set()


async def test_what_was_refused_is_not_asked_for_again_by_the_next_start(scene: Scene, tmp_path: Path) -> None:
    scene.pubnub.refusals.append(ApiError("no", 400))
    await scene.opened()
    later = Scene(tmp_path)
    assert await later.opened() == "websocket"
    assert later.pubnub.asked == []


async def test_what_was_refused_for_its_filters_is_asked_for_again_by_the_next_start(
    scene: Scene, tmp_path: Path
) -> None:
    for transport in (scene.pubnub, scene.websocket):
        transport.refusals.append(ApiError("Invalid event filters: [more than 2]", 400, "SUB-508"))
    assert await scene.opened() == "polling"
    assert await Scene(tmp_path).opened() == "pubnub"


def test_after_a_while_it_is_asked_for_again(tmp_path: Path) -> None:
    memory = TransportFile(tmp_path / "transport.json")
    memory.refuse("pubnub", 1000.0)
    assert memory.refused(1000.0 + REMEMBERED - 1) == {"pubnub"}
    assert memory.refused(1000.0 + REMEMBERED) == set()


def test_a_memory_that_cannot_be_read_remembers_nothing(tmp_path: Path) -> None:
    path = tmp_path / "transport.json"
    path.write_text("{")
    path.chmod(0o600)
    assert TransportFile(path).refused(0.0) == set()


async def test_a_transport_that_was_open_and_fails_is_not_refused(scene: Scene) -> None:
    stream = scene.auto.open(["401"])
    scene.pubnub.say(Closed("the subscription has ended"))
    assert [type(event) async for event in stream] == [Opened, Closed]
    assert await scene.opened() == "pubnub"


async def test_the_choice_goes_to_the_one_in_use(scene: Scene) -> None:
    stream = scene.auto.open(["401"])
    await anext(stream)
    await scene.auto.replace(["402"])
    assert scene.pubnub.asked == [("401",), ("402",)]
    await stream.aclose()
    assert scene.pubnub.closings == 1
