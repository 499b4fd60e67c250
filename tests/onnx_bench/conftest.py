"""Measurements that take milliseconds."""

import machines
import pytest


@pytest.fixture
def machine(monkeypatch):
    """`machine(seconds, **answers)`: from now on models take their seconds a call here."""
    return lambda seconds=None, **answers: machines.install(
        monkeypatch, machines.Machine(seconds, **answers)
    )
