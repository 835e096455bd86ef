#!/usr/bin/env python3
"""Measures ebb beside its peers and writes the tables of docs/performance/.

    compare.py                                  everything, five rounds, one and two threads
    compare.py --only conv1d,train_step --rounds 3 --threads 1

Every round measures every piece of work with every competitor in turn, so that whatever else the machine does
meets all of them; what counts is the median over the rounds, and of ratios the median of the ratios within a
round. What is measured is what the benchmark programs offer (--benchmark_list_tests): names are
WORK/COMPETITOR, and the label of a result describes the work to the peers.
"""

import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys
import time

import report

SOURCE = pathlib.Path(__file__).resolve().parent
PARTS = ("ops", "conv1d", "dense", "inference", "train_step", "pcap")
LAYERS, NETWORKS = {"conv1d", "dense"}, {"inference", "train_step"}
PEERS = {
    "pytorch": {"ops"} | LAYERS | NETWORKS,
    "pytorch_tuned": LAYERS | NETWORKS,
    "pytorch_compiled": NETWORKS,
    "pytorch_bf16": {"inference"},
    "onnxruntime": {"inference"},
    "openvino": {"inference"},
    "openvino_bf16": {"inference"},
}
# The page faults of fresh buffers would cost PyTorch half of its speed; users who know tell glibc to keep them.
TUNED = {"MALLOC_MMAP_THRESHOLD_": "4294967296", "MALLOC_TRIM_THRESHOLD_": "17179869184"}


class Worker:
    """A peer in a process of its own, see peers/worker.py."""

    def __init__(self, python, peer, threads, cache):
        self.peer = peer
        environment = dict(os.environ, OMP_NUM_THREADS=str(threads), TORCHINDUCTOR_CACHE_DIR=str(cache))
        if peer != "pytorch":
            environment.update(TUNED)
        self.process = subprocess.Popen(
            [python, SOURCE / "peers" / "worker.py", peer, str(threads)], env=environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        first = self.answer()
        self.version = first.get("version")
        if not self.version:
            print(f"without {peer}: {first['error']}", flush=True)

    def answer(self):
        line = self.process.stdout.readline()
        return json.loads(line) if line else {"error": "the process ended"}

    def measure(self, work, seconds):
        """Seconds per call, or None where the peer cannot do it."""
        request = {name: value for name, value in work.items() if name != "parameters"}
        try:
            self.process.stdin.write(json.dumps(dict(request, at_least=seconds)) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            return None
        answer = self.answer()
        if "error" in answer:
            print(f"\n{self.peer}: {answer['error']}", flush=True)
            return None
        if answer["parameters"] not in (None, work.get("parameters")):
            sys.exit(f"{self.peer}: {answer['parameters']} parameters, ebb has {work.get('parameters')}")
        return answer["seconds"]


def number_or_text(text):
    return int(text) if text.isdigit() else text


class Program:
    """One of ebb's benchmark programs."""

    def __init__(self, folder, part):
        self.path = folder / f"bench_{part}"

    def works(self):
        listed = subprocess.run([self.path, "--benchmark_list_tests"], check=True, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        # WORK/COMPETITOR/real_time
        return list(dict.fromkeys(line.rsplit("/", 2)[0] for line in listed.split()))

    def measure(self, work, threads, seconds):
        """The context of the run, and of each competitor in it the result."""
        output = subprocess.run(
            [self.path, f"--threads={threads}", f"--benchmark_filter=^{work}/",
             f"--benchmark_min_time={seconds}", "--benchmark_format=json"],
            check=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        run = json.loads(output)
        return run["context"], {result["name"].rsplit("/", 2)[1]: result for result in run["benchmarks"]}


class Results:
    def __init__(self):
        # seconds[part, work, threads][competitor]: seconds per call, one number per round
        self.seconds = collections.defaultdict(lambda: collections.defaultdict(list))
        self.description = {}  # of (part, work), for the peers
        self.flop = {}  # of (part, work): operations of the direct method
        self.counters = {}  # of (part, work, threads, competitor): all that the last round printed
        self.machine = collections.defaultdict(float)  # what a core can do, the best that was seen
        self.versions = {}  # of competitors
        self.failed = set()  # (part, work, threads, competitor)

    def add_run(self, part, work, threads, context, results):
        """What one run of a benchmark program printed."""
        self.versions["ebb"] = f"ebb with {context['isa']}"
        if "onednn" in context:
            self.versions["onednn"] = f"oneDNN {context['onednn']}"
        for name, value in context.items():
            if name.startswith(("peak_", "copy_")):
                self.machine[name] = max(self.machine[name], float(value))
        for competitor, result in results.items():
            seconds = result["real_time"] * 1e-3
            self.seconds[part, work, threads][competitor].append(seconds)
            self.counters[part, work, threads, competitor] = result
            description = dict(item.split("=") for item in result.get("label", "").split())
            self.description[part, work] = {name: number_or_text(text) for name, text in description.items()}
            self.flop[part, work] = result.get("Gflop/s", 0) * 1e9 * seconds

    def add_peer(self, part, work, threads, peer, seconds):
        """A peer that fails once is out: the rounds of all competitors have to correspond."""
        if seconds is None:
            self.failed.add((part, work, threads, peer))
            self.seconds[part, work, threads].pop(peer, None)
        else:
            self.seconds[part, work, threads][peer].append(seconds)


def start_workers(arguments, parts, threads):
    cache = arguments.build / "peers-cache"
    wanted = [peer for peer, can in PEERS.items() if can & set(parts) and peer not in arguments.without]
    started = [Worker(arguments.python, peer, threads, cache) for peer in wanted]
    return [worker for worker in started if worker.version]


def measure(arguments, parts, results):
    programs = {part: Program(arguments.build / arguments.preset / "bin", part) for part in parts}
    workers = {threads: start_workers(arguments, parts, threads) for threads in arguments.threads}
    results.versions.update({worker.peer: worker.version for each in workers.values() for worker in each})
    works = [(part, work) for part in parts for work in programs[part].works()]
    turns = [(part, work, threads) for part, work in works
             for threads in ([1] if part == "pcap" else arguments.threads)]
    for number in range(1, arguments.rounds + 1):
        start = time.monotonic()
        for part, work, threads in turns:
            print(f"round {number}/{arguments.rounds}, threads {threads}: {part} {work}", end="", flush=True)
            results.add_run(part, work, threads, *programs[part].measure(work, threads, arguments.seconds))
            request = {"part": part, **results.description[part, work]}
            for worker in workers.get(threads, []):
                if part in PEERS[worker.peer] and (part, work, threads, worker.peer) not in results.failed:
                    taken = worker.measure(request, arguments.seconds)
                    results.add_peer(part, work, threads, worker.peer, taken)
            seconds = results.seconds[part, work, threads]
            print("".join(f"  {who} {times[-1] * 1e3:.4g}" for who, times in seconds.items()), "ms", flush=True)
        print(f"round {number}/{arguments.rounds} took {time.monotonic() - start:.0f} s", flush=True)


def words(text):
    return text.split(",")


def numbers(text):
    return [int(word) for word in words(text)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", type=words, default=PARTS, help="parts: " + ",".join(PARTS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.1, help="at least, for each measurement of a round")
    parser.add_argument("--threads", type=numbers, default=[1, 2])
    parser.add_argument("--without", type=words, default=[], help="peers to leave out: " + ",".join(PEERS))
    parser.add_argument("--build", type=pathlib.Path, default=SOURCE.parent / "build")
    parser.add_argument("--preset", default="release")
    parser.add_argument("--python", default=sys.executable, help="the one that has the peers")
    parser.add_argument("--out", type=pathlib.Path, default=SOURCE.parent / "docs" / "performance")
    arguments = parser.parse_args()
    for name, known in (("only", PARTS), ("without", PEERS)):
        for word in getattr(arguments, name):
            if word not in known:
                parser.error(f"--{name} {word}: expected some of {','.join(known)}")
    results = Results()
    measure(arguments, [part for part in PARTS if part in arguments.only], results)
    print("written:", report.write(results, arguments.rounds, arguments.out))


main()
