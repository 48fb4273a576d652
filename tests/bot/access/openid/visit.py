"""Maja's way to the provider and back, and what the provider knows of her."""

from starlette.testclient import TestClient

MAJA = {
    "sub": "4711",
    "preferred_username": "Maja",
    "name": "Maja Holm",
    "email": "maja@shop.example",
    "email_verified": True,
    "groups": ["support", "other"],
}
ROLES = {"support": "agent", "leads": "editor"}
PEOPLE = {"Boss@shop.example": "admin"}


def sent(client: TestClient, onward="/desk/"):
    """To the provider and back, as far as the address that leads back here."""
    import httpx

    gone = client.get("/sign-in/openid", params={"next": onward})
    assert gone.status_code == 303, gone.text
    return httpx.get(gone.headers["location"], timeout=60).headers["location"]


def signed_in(client, onward="/desk/"):
    return client.get(sent(client, onward))
