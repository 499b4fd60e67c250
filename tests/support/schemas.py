"""The published JSON Schemas, and whether a document is as they say."""

import json
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "docs" / "schemas"


def check(kind, document):
    """Fails with the first place that is not as docs/schemas/KIND.json says."""
    # Imported here: only a developer's environment has it.
    from jsonschema import Draft202012Validator

    schema = json.loads((FOLDER / f"{kind}.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    errors = sorted(Draft202012Validator(schema).iter_errors(document), key=lambda e: e.json_path)
    assert not errors, "\n".join(f"{error.json_path}: {error.message}" for error in errors)
