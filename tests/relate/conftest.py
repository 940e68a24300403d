import pytest

from tests import personas


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> personas.World:
    """The people and parties of a place, on the day on which their mandates hold."""
    personas.stop_the_clock(monkeypatch)
    return personas.make_world()
