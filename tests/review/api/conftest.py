"""A program as it speaks to the interface."""

import json
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client


@pytest.fixture
def send() -> Callable[[Client, str, object], HttpResponse]:
    """Sends JSON to an address."""

    def post(client: Client, address: str, content: object) -> HttpResponse:
        return client.post(address, json.dumps(content), content_type="application/json")

    return post
