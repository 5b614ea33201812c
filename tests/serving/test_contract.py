"""Requests made from the OpenAPI document, good and bad, are answered as it says and never by a failure."""

import pytest

from helpers.patience import PATIENCE
from helpers.serving import Running


def test_every_request_is_answered_as_the_document_says(server: Running) -> None:
    schemathesis = pytest.importorskip("schemathesis", reason='needs the extra "dev"')
    from hypothesis import HealthCheck, Phase, given, settings
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

    checks = [
        not_a_server_error,
        status_code_conformance,
        content_type_conformance,
        response_schema_conformance,
    ]
    document = schemathesis.openapi.from_url(f"{server.url}/v1/openapi.json")
    asked: dict[str, int] = {}

    def ask(operation) -> None:
        @settings(
            max_examples=12,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def run(case) -> None:
            asked[operation.label] = asked.get(operation.label, 0) + 1
            case.call_and_validate(base_url=server.url, checks=checks, timeout=PATIENCE)

        run()

    operations = [result.ok() for result in document.get_all_operations()]
    for operation in operations:
        ask(operation)
    assert set(asked) == {operation.label for operation in operations}
    assert sum(asked.values()) > 50
