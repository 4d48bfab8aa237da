"""The contract's assertions say as much as those of a test module."""

import pytest

pytest.register_assert_rewrite("tests.contract.hearing", "tests.contract.store_contract")
