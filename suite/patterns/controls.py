"""Controls of whole Pods, as people use them."""

from __future__ import annotations

import copy

from suite.control import Control, Json, containers_of, pods_of
from suite.processes.controls import process_namespaces_of_their_own

KILLS = """
import os, signal, subprocess, sys
def kill(*_):
    child.kill()
    os.kill(os.getpid(), signal.SIGKILL)
signal.signal(signal.SIGTERM, kill)
child = subprocess.Popen([sys.executable, *sys.argv[1:]])
sys.exit(child.wait())
"""
FRESH_AND_KEPT = """
    location / {
      proxy_pass http://both;
    }
  }
  upstream both {
    server 127.0.0.1:8081;
    server 127.0.0.1:8082;
  }
  server {
    listen 127.0.0.1:8081;
    root /data/current;
  }
  server {
    listen 127.0.0.1:8082;
    root /data/current;
    open_file_cache max=10;
    open_file_cache_valid 60s;
"""
FAMILIES = {
    "nginx_connections_active": "gauge",
    "nginx_connections_accepted": "counter",
    "nginx_connections_handled": "counter",
    "nginx_connections_reading": "gauge",
    "nginx_connections_writing": "gauge",
    "nginx_connections_waiting": "gauge",
    "nginx_http_requests_total": "counter",
}
TOLD = "".join(rf"# TYPE {name} {kind}\n{name} 7\n" for name, kind in FAMILIES.items())
METRICS = f"""
        location = /metrics {{
          default_type "text/plain; version=0.0.4";
          return 200 "{TOLD}";
        }}
        location / {{"""
STATUS = r"Active connections: 1\nserver accepts handled requests\n 7 7 7\nReading: 0 Writing: 1 Waiting: 0\n"


def without_init_containers(objects: list[Json]) -> list[Json]:
    """Remove the init containers."""
    for pod in pods_of(objects):
        del pod["spec"]["initContainers"]
    return objects


def reader_as_app(objects: list[Json]) -> list[Json]:
    """Run the reader as an app: it is told to end together with the server, not after it."""
    for pod in pods_of(objects):
        [reader] = pod["spec"].pop("initContainers")
        del reader["restartPolicy"]
        pod["spec"]["containers"].append(reader)
    return objects


def reader_killed(objects: list[Json]) -> list[Json]:
    """Run the reader below a program that kills it when it is told to end."""
    for reader in containers_of(objects, "log-reader", group="initContainers"):
        reader["command"] = ["python3", "-c", KILLS, "/probe"]
    return objects


def log_of_other_sizes(objects: list[Json]) -> list[Json]:
    """Let the server log how much it sent, header included, in place of the size of what it answered."""
    return _configured(objects, "$body_bytes_sent", "$bytes_sent")


def fresh_and_kept_in_turn(objects: list[Json]) -> list[Json]:
    """Let the server answer in turn with what is there now, and with what it opened first."""
    return _configured(objects, "root /data/current;", FRESH_AND_KEPT)


def the_first_version_alone(objects: list[Json]) -> list[Json]:
    """Let the server look into the folder of the first version, which the loader removes once it is old."""
    return _configured(objects, "/data/current", "/data/version-1")


def another_page_and_path(objects: list[Json]) -> list[Json]:
    """Write the file under another name, and let the proxy ask the app for something else than the client did."""
    for page in containers_of(objects, "page", group="initContainers"):
        page["args"] = ["/site/other" if argument == "/site/page" else argument for argument in page["args"]]
    return _configured(objects, "http://127.0.0.1:8081;", "http://127.0.0.1:8081/app/not-;")


def _configured(objects: list[Json], old: str, new: str) -> list[Json]:
    for item in objects:
        if item["kind"] == "ConfigMap":
            item["data"]["nginx.conf"] = item["data"]["nginx.conf"].replace(old, new)
    return objects


def overwritten_in_place(objects: list[Json]) -> list[Json]:
    """Let the loader write each version over the served one."""
    for loader in containers_of(objects, "loader", group="initContainers"):
        loader["args"].append("--in-place")
    return objects


def app_in_another_pod(objects: list[Json]) -> list[Json]:
    """Run the app in a Pod of its own, off the proxy's localhost."""
    web = next(pod for pod in pods_of(objects) if pod["metadata"]["name"] == "web")
    other = copy.deepcopy(web)
    other["metadata"] = {"name": "app"}
    other["spec"].pop("initContainers")
    for pod, alone in ((web, False), (other, True)):
        pod["spec"]["containers"] = [c for c in pod["spec"]["containers"] if (c["name"] == "app") == alone]
    return [*objects, other]


def stopped_instead(objects: list[Json]) -> list[Json]:
    """Let the reloader send TERM to the server instead of the signal to reload."""
    for reloader in containers_of(objects, "reloader"):
        reloader["args"] += ["--signal", "TERM"]
    return objects


def ambassador_in_another_pod(objects: list[Json]) -> list[Json]:
    """Run the ambassador in a Pod of its own, off the app's localhost."""
    here = next(pod for pod in pods_of(objects) if pod["metadata"]["name"] == "ambassador")
    other = copy.deepcopy(here)
    other["metadata"] = {"name": "app"}
    other["spec"].pop("initContainers")
    here["spec"]["containers"] = [here["spec"]["initContainers"].pop()]
    del here["spec"]["containers"][0]["restartPolicy"]
    return [*objects, other]


def another_question(objects: list[Json]) -> list[Json]:
    """Let the ambassador ask the server for something else than the app did."""
    return _configured(objects, "http://elsewhere;", "http://elsewhere/app/not-;")


def the_first_question_alone(objects: list[Json]) -> list[Json]:
    """Let the ambassador forward the app's first request alone."""
    return _configured(objects, "location /app/ {", "location /app/ { return 503; } location = /app/first {")


def state_as_it_is(objects: list[Json]) -> list[Json]:
    """Let the adapter pass the app's state on in the app's own format."""
    for adapter in containers_of(objects, "adapter", group="initContainers"):
        adapter["args"].insert(adapter["args"].index("then"), "--as-is")
    return objects


def state_of_another_time(objects: list[Json]) -> list[Json]:
    """Let the app tell the adapter the same state always."""
    return _configured(objects, "stub_status;", f'return 200 "{STATUS}";')


def metrics_of_another(objects: list[Json]) -> list[Json]:
    """Send the client to metrics that are not the adapter's."""
    for client in containers_of(objects, "client"):
        client["args"] = ["8080" if argument == "9113" else argument for argument in client["args"]]
    return _configured(objects, "location / {", METRICS)


def hook_of_another(objects: list[Json]) -> list[Json]:
    """Give the hook to another container, so that the server ends before its Pod, to which the Service leads till then.

    Without any hook it is a race: the Service may be told first that the Pod is to end.
    """
    for pod in pods_of(objects):
        for server in [each for each in pod["spec"]["containers"] if each["name"] == "server"]:
            other = copy.deepcopy(server) | {"name": "other", "args": ["expect-term"]}
            del server["lifecycle"], other["ports"], other["readinessProbe"]
            pod["spec"]["containers"].append(other)
    for item in objects:
        if item["kind"] == "Service":
            item["spec"]["publishNotReadyAddresses"] = True
    return objects


def not_asked_whether_ready(objects: list[Json]) -> list[Json]:
    """Let the server take four seconds before it serves, and count as ready from its start."""
    for server in containers_of(objects, "server"):
        del server["readinessProbe"]
        server["args"] = ["work", "4", "then", *server["args"]]
    return objects


WITHOUT_INIT_CONTAINERS = Control("without-init-containers", ("no-queue",), without_init_containers)
READER_AS_APP = Control("reader-as-app", ("stopped-early", "lost"), reader_as_app)
READER_KILLED = Control("reader-killed", ("unfinished",), reader_killed)
LOG_OF_OTHER_SIZES = Control("log-of-other-sizes", ("altered",), log_of_other_sizes)
FRESH_AND_KEPT_IN_TURN = Control("fresh-and-kept-in-turn", ("backwards", "stale"), fresh_and_kept_in_turn)
THE_FIRST_VERSION_ALONE = Control("the-first-version-alone", ("not-refreshed", "failed"), the_first_version_alone)
ANOTHER_PAGE_AND_PATH = Control("another-page-and-path", ("not-served", "altered"), another_page_and_path)
PROCESSES_APART = Control("processes-apart", ("not-reopened",), process_namespaces_of_their_own)
OVERWRITTEN_IN_PLACE = Control("overwritten-in-place", ("torn",), overwritten_in_place)
APP_IN_ANOTHER_POD = Control("app-in-another-pod", ("not-reached",), app_in_another_pod)
STOPPED_INSTEAD = Control("stopped-instead", ("not-reloaded", "failed"), stopped_instead)
AMBASSADOR_IN_ANOTHER_POD = Control("ambassador-in-another-pod", ("not-reached",), ambassador_in_another_pod)
ANOTHER_QUESTION = Control("another-question", ("altered",), another_question)
THE_FIRST_QUESTION_ALONE = Control("the-first-question-alone", ("failed",), the_first_question_alone)
STATE_AS_IT_IS = Control("state-as-it-is", ("malformed",), state_as_it_is)
STATE_OF_ANOTHER_TIME = Control("state-of-another-time", ("miscounted",), state_of_another_time)
METRICS_OF_ANOTHER = Control("metrics-of-another", ("altered",), metrics_of_another)
HOOK_OF_ANOTHER = Control("hook-of-another", ("failed",), hook_of_another)
NOT_ASKED_WHETHER_READY = Control("not-asked-whether-ready", ("failed",), not_asked_whether_ready)
