"""A scan whose workers are in network namespaces of their own, as on several machines: the same bytes, small workers."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


def _load(name: str):
    spec = importlib.util.spec_from_file_location(f"bench_{name}", BENCHMARKS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.long
def test_workers_in_namespaces_write_the_same_bytes(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))  # the one uses the other
    cluster = _load("scan_cluster")
    if why := cluster.refusal():
        pytest.skip(why)
    archive = tmp_path / "pages.warc.gz"
    relevant, _ = _load("scan").make(archive, 400)
    here = cluster.run(archive, tmp_path / "here.jsonl", 1, apart=False)
    apart = [cluster.run(archive, tmp_path / f"apart-{count}.jsonl", count, apart=True) for count in (1, 2)]
    assert {one.digest for one in apart} == {here.digest}
    assert relevant and (tmp_path / "here.jsonl").stat().st_size
    assert max(one.megabytes for one in (here, *apart)) <= 400
