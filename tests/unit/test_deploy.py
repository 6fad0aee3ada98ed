"""The files of deploy/: what can be said of them without the services that they are for."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from barometer.cli import cli
from barometer.web.config.settings_reference import SETTINGS

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
KNOWN = {setting.name for setting in SETTINGS}


def yaml_of(path):
    yaml = pytest.importorskip("yaml")
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def follows(words):
    """The words after `barometer` are a command, and its options are."""
    command, rest = cli, list(words)
    while isinstance(command, click.Group):
        assert rest and rest[0] in command.commands, words
        command = command.commands[rest.pop(0)]
    options = {name for one in command.params for name in one.opts}
    given = [word for word in rest if word.startswith("-")]
    assert set(given) <= options, words


def test_settings_named_exist():
    for path in (DEPLOY / "systemd" / "settings.example", DEPLOY / "compose.yml"):
        named = set(re.findall(r"\bBAROMETER_[A-Z_]+|\bDATABASE_URL\b", path.read_text(encoding="utf-8")))
        assert named
        assert named <= KNOWN, path


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_starts_what_there_is_and_may_do_little(unit):
    text = unit.read_text(encoding="utf-8")
    (start,) = re.findall(r"^ExecStart=(.+)$", text, re.MULTILINE)
    follows(re.search(r"/bin/barometer ([^']+)", start)[1].replace('"', " ").split())
    for line in ("NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes", "User=barometer",
                 "StateDirectory=barometer", "UMask=0077"):  # fmt: skip
        assert f"\n{line}\n" in text, line
    if "Type=oneshot" in text:
        assert unit.with_suffix(".timer").is_file()
    else:
        assert "Restart=always" in text


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze")
def test_systemd_understands_the_units(tmp_path):
    for unit in (DEPLOY / "systemd").glob("barometer-*"):
        text = unit.read_text(encoding="utf-8").replace(
            "/opt/press-barometer/.venv/bin/barometer", "/bin/true"
        )
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    units = [str(path) for path in tmp_path.iterdir()]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    told = [line for line in done.stderr.splitlines() if str(tmp_path) in line or "barometer" in line]
    assert (done.returncode, told) == (0, [])


def test_compose_runs_what_there_is():
    told = yaml_of(DEPLOY / "compose.yml")
    ours = {name: one for name, one in told["services"].items() if one.get("image") == "press-barometer"}
    assert set(ours) == {"doors", "desk", "site", "worker", "backup"}
    for one in ours.values():
        words = (
            one["command"] if one["command"][0] != "sh" else one["command"][2].replace("exec ", "").split()
        )
        assert words[0] == "barometer"
        follows(words[1:])
        assert one["read_only"]
        assert one["cap_drop"] == ["ALL"]
    assert "--workers" not in ours["doors"]["command"], "limits on wrong passwords are one process's"
    assert [name for name, one in told["services"].items() if "ports" in one] == ["proxy"]
    assert "NOT RUN" in (DEPLOY / "compose.yml").read_text(encoding="utf-8")


def test_alerts_name_metrics_that_there_are():
    from datetime import timedelta

    from barometer.web.health import exposition
    from barometer.web.health.figures import Figures, Jobs

    told = yaml_of(DEPLOY / "alerts.yml")
    figures = Figures(Jobs(0, 0, 0, 0, 0, timedelta(0), True), 0, 0, 0, 0, 0, 0, None, None)
    known = {metric.name for metric in exposition.gauges(figures)} | {
        "barometer_check", "barometer_requests_total", "barometer_request_seconds_bucket",
    }  # fmt: skip
    for rule in told["groups"][0]["rules"]:
        assert set(re.findall(r"barometer_\w+", rule["expr"])) <= known, rule["alert"]


@pytest.mark.skipif(not Path("/usr/sbin/nginx").exists(), reason="no nginx")
def test_nginx_understands_its_files(tmp_path):
    import trustme

    issued = trustme.CA().issue_cert("barometer.example.org")
    issued.private_key_pem.write_to_path(tmp_path / "key.pem")
    issued.cert_chain_pems[0].write_to_path(tmp_path / "fullchain.pem")
    for name in ("barometer.conf", "onion.conf"):
        text = (DEPLOY / "nginx" / name).read_text(encoding="utf-8")
        for old in ("/etc/ssl/barometer", "/var/cache/nginx/barometer", "/var/log/nginx"):
            text = text.replace(old, str(tmp_path))
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log {tmp_path}/error.log; events {{}}\n"
        f"http {{ include {tmp_path}/barometer.conf; include {tmp_path}/onion.conf; }}\n",
        encoding="utf-8",
    )
    command = ["/usr/sbin/nginx", "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_nginx_keeps_nothing_of_the_desk():
    """A location that sets a header of its own inherits none: each is set once, for all."""
    text = (DEPLOY / "nginx" / "barometer.conf").read_text(encoding="utf-8")
    assert re.findall(r"proxy_cache barometer;", text) == ["proxy_cache barometer;"]
    for location in re.findall(r"location [^{]+\{([^}]*)\}", text):
        assert "proxy_set_header" not in location
    for private in ("/metrics", "/health/ready/"):
        assert f"location = {private} {{ return 404; }}" in text
    assert "proxy_no_cache $cookie_sessionid;" in text
