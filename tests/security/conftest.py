"""A house for each file of attacks: what an attack changed is rolled back after it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from tests import personas
from tests.test_permissions import House
from tests.test_permissions import _house as make_house


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[House]:
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        personas.stop_the_clock(patch)
        patch.setattr(settings, "LIMITS", 0, raising=False)  # how often somebody asks is tested elsewhere
        yield make_house()
        transaction.set_rollback(True)
