"""Time one rerun of the overview, and 20 sessions at once, against an empty Streamlit page, in one run.

Both are true servers on the loopback address, spoken to over Streamlit's own web socket. Run it as
`python -m benchmarks.sessions`; it prints a Markdown table.
"""

import asyncio
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import websockets
from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

ROOT = Path(__file__).resolve().parent.parent
EMPTY_PAGE = 'import streamlit as st\n\nst.title("x")\n'
ROUNDS = 5
RERUNS = 20
SESSIONS = 20
PAUSE_SECONDS = 0.05
COUNTIES = [
    f"county={code}" for code in ("450103", "450105", "450203", "450305", "450405", "450503", "450681")
]


async def timed_rerun(session, query=""):
    """Ask for one run of the page and wait for its end; give seconds."""
    asked = BackMsg()
    asked.rerun_script.query_string = query
    started = time.perf_counter()
    await session.send(asked.SerializeToString())
    while True:
        told = ForwardMsg()
        told.ParseFromString(await session.recv())
        kind = told.WhichOneof("type")
        if kind == "delta":
            refuse_faults(told.delta.new_element)
        if kind == "script_finished":
            return time.perf_counter() - started


def refuse_faults(element):
    """Raise where the page shows an error: a page that fails is a fast page."""
    shown = element.WhichOneof("type")
    if shown == "exception" or (shown == "alert" and element.alert.format == Alert.ERROR):
        raise RuntimeError(f"the page failed: {getattr(element, shown)}")


async def visit(port, reruns, queries):
    """Open one session and rerun its page; give the seconds of every rerun after the first."""
    address = f"ws://127.0.0.1:{port}/_stcore/stream"
    async with websockets.connect(address, max_size=None, subprotocols=["streamlit"]) as session:
        await timed_rerun(session)
        times = []
        for turn in range(reruns):
            times.append(await timed_rerun(session, queries[turn % len(queries)]))
            await asyncio.sleep(PAUSE_SECONDS)
        return times


async def crowd(port, sessions, reruns, queries):
    """Let several sessions visit at once; give all their seconds."""
    told = await asyncio.gather(*(visit(port, reruns, queries) for _ in range(sessions)))
    return [seconds for times in told for seconds in times]


def serve(app, port):
    """Start one server and wait until it is healthy."""
    command = [sys.executable, "-m", "streamlit", "run", str(app), "--server.port", str(port)]
    command += ["--server.headless", "true", "--browser.gatherUsageStats", "false"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2).read()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
        else:
            return process
    raise RuntimeError(f"{app} did not start")


def free_port():
    """Give a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def memory_mb(process, field):
    """Read one figure of a process's memory: VmRSS now, VmHWM at its highest."""
    for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1]) / 1024
    return float("nan")


def p95(times):
    """Give the 95th percentile."""
    return statistics.quantiles(times, n=20)[-1]


def main():
    """Measure both servers in turn and print the table."""
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "empty.py"
        empty.write_text(EMPTY_PAGE, encoding="utf-8")
        ports = {"empty page": free_port(), "overview": free_port()}
        servers = {
            "empty page": serve(empty, ports["empty page"]),
            "overview": serve(ROOT / "app.py", ports["overview"]),
        }
        try:
            report(ports, servers)
        finally:
            for server in servers.values():
                server.terminate()
                server.wait()


def report(ports, servers):
    """Visit both servers alternately and print medians, percentiles, ratios and memory."""
    jobs = {
        ("empty page", "same filters"): ("empty page", [""]),
        ("overview", "same filters"): ("overview", [""]),
        ("overview", "another county each time"): ("overview", COUNTIES),
    }
    single, many = {job: [] for job in jobs}, {job: [] for job in jobs}
    for port in ports.values():
        asyncio.run(crowd(port, 1, 5, [""]))
    for _ in range(ROUNDS):
        for job, (server, queries) in jobs.items():
            single[job] += asyncio.run(crowd(ports[server], 1, RERUNS, queries))
    for _ in range(2):
        for job, (server, queries) in jobs.items():
            many[job] += asyncio.run(crowd(ports[server], SESSIONS, RERUNS // 2, queries))
    base = ("empty page", "same filters")
    print(
        f"{os.cpu_count()} cores, {ROUNDS} × {RERUNS} reruns, then "
        f"2 × {SESSIONS} sessions × {RERUNS // 2} reruns\n"
    )
    print("| page | one session, median ms | × empty | 20 sessions, p95 ms | × empty | MB now / highest |")
    print("|---|---|---|---|---|---|")
    for job, (server, _) in jobs.items():
        one, all_ = statistics.median(single[job]), p95(many[job])
        memory = f"{memory_mb(servers[server], 'VmRSS'):.0f} / {memory_mb(servers[server], 'VmHWM'):.0f}"
        print(
            f"| {job[0]}, {job[1]} | {1000 * one:.1f} | {one / statistics.median(single[base]):.2f} "
            f"| {1000 * all_:.0f} | {all_ / p95(many[base]):.2f} | {memory} |"
        )


if __name__ == "__main__":
    main()
