import pytest

from covenant.concern import sealing
from tests.concern.boxes import Boxed, make_box
from tests.personas import World, make_world, stop_the_clock


@pytest.fixture(autouse=True)
def _a_quick_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a passphrase costs is tested by itself."""
    monkeypatch.setattr(sealing, "LOG_COST", 4)


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    stop_the_clock(monkeypatch)
    return make_world()


@pytest.fixture
def boxed(world: World) -> Boxed:
    return make_box(world)
