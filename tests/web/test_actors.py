"""Two browsers in one test are two people: what a request found out is gone with it."""

from __future__ import annotations

from tests.factories import sign_in


def test_two_clients_in_one_test_are_two_people(app, make):
    awa, issa = make.person("Awa", "Traoré"), make.person("Issa", "Koné")
    first, second, nobody = (app.test_client() for _ in range(3))
    sign_in(first, awa)
    sign_in(second, issa)

    pages = [client.get("/").text for client in (first, second, nobody, first)]

    assert ["Awa Traoré" in page for page in pages] == [True, False, False, True]
    assert ["Issa Koné" in page for page in pages] == [False, True, False, False]
