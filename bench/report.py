"""Tables out of the results of compare.py."""

import datetime
import os
import pathlib
import platform
import statistics
import subprocess

import goals

# Competitors in the order of the columns; those that end in bf16 get tables of their own.
TITLES = {
    "onednn": "oneDNN, own layout", "onednn_plain": "oneDNN, plain layout",
    "pytorch": "PyTorch as users write it", "pytorch_tuned": "PyTorch tuned",
    "pytorch_compiled": "torch.compile", "onnxruntime": "ONNX Runtime", "openvino": "OpenVINO",
    "pytorch_bf16": "PyTorch tuned", "openvino_bf16": "OpenVINO",
}
METRICS = {"peak": "of peak", "best": "x best peer", "one": "x one thread", "gflops": "Gflop/s"}
PARTS = {"ops": "Operations", "conv1d": "Conv1D", "dense": "Dense", "inference": "Networks, inference",
         "train_step": "Networks, training step", "pcap": "Captures to vectors"}
HEADER = """\
# {title}

Written by `make bench`. {processor}.

Times are medians over the rounds, in brackets the distance between the quartiles; ratios are medians of the
ratios within a round, with their quartiles. Gflop/s counts two operations per multiply-add of the direct method.
Of peak: Gflop/s in relation to the most that the threads in use reached in this run, by fp32 multiply-adds or, in
the bf16 tables, by bf16 tiles or vectors; an algorithm that needs fewer operations gets above 1. PyTorch tuned: convolutions as Conv2d in channels-last, a fused Adam, and
glibc told to keep its pages; torch.compile: the same, compiled. oneDNN plain: row-major tensors in and out, the
reorders in the time.
"""


def processor():
    """What lscpu says as a dictionary."""
    output = subprocess.check_output(["lscpu"], text=True, env=dict(os.environ, LC_ALL="C"))
    pairs = (line.split(":", 1) for line in output.splitlines() if ":" in line)
    return {name.strip(): value.strip() for name, value in pairs}


def kind(cpu):
    """The name for processors with the same maker and instructions: intel-amx."""
    makers = {"GenuineIntel": "intel", "AuthenticAMD": "amd"}
    maker = makers.get(cpu.get("Vendor ID"), cpu.get("Vendor ID", "").lower() or platform.machine())
    flags = cpu.get("Flags", "").split()
    features = [("amx_bf16", "amx"), ("avx512_bf16", "avx512-bf16"), ("avx512f", "avx512"), ("avx2", "avx2")]
    return "-".join([maker] + [name for flag, name in features if flag in flags][:1])


def quartiles(values):
    if len(values) == 1:
        return values[0], values[0]
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, high


def short(value):
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


class Table:
    """The works of one part with one number of threads and one precision."""

    def __init__(self, results, part, threads, bf16):
        self.results, self.part, self.threads, self.bf16 = results, part, threads, bf16
        self.ours = "ebb_bf16" if bf16 else "ebb"
        self.works = [work for known_part, work, count in results.seconds
                      if (known_part, count) == (part, threads)]
        found = {who for work in self.works for who in self.seconds(work)}
        self.peers = [who for who in TITLES if who in found and who.endswith("bf16") == bf16]
        self.empty = not self.peers and self.ours not in found
        self.tiles = results.machine["peak_amx_gflops"]
        bf16_peak = max(self.tiles, results.machine["peak_bf16_gflops"])
        self.peak = threads * (bf16_peak if bf16 else results.machine["peak_fma_gflops"])

    def seconds(self, work, threads=None):
        return self.results.seconds.get((self.part, work, threads or self.threads), {})

    def best(self, work):
        known = [who for who in self.peers if who in self.seconds(work)]
        return min(known, key=lambda who: statistics.median(self.seconds(work)[who]), default=None)

    def metric(self, work, name):
        """One number per round, or none."""
        times = self.seconds(work).get(self.ours, [])
        flop = self.results.flop[self.part, work]
        if name == "gflops":
            return [flop / time * 1e-9 for time in times]
        if name == "peak":
            return [flop / time * 1e-9 / self.peak for time in times] if self.peak else []
        if name == "one":
            other = self.seconds(work, 1).get(self.ours, [])
        else:
            other = self.seconds(work).get(self.best(work) if name == "best" else name, [])
        return [theirs / time for theirs, time in zip(other, times)]

    def time(self, work, who):
        """Milliseconds, or packets per second, with the spread."""
        times = self.seconds(work).get(who)
        if not times:
            return "-"
        median = statistics.median(times)
        low, high = quartiles(times)
        packets = self.results.description[self.part, work].get("n")
        value = packets / median if self.part in ("inference", "train_step") else median * 1e3
        return f"{short(value)} ({(high - low) / median:.0%})"

    def ratio(self, work, name):
        values = self.metric(work, name)
        if not values:
            return "-"
        low, high = quartiles(values)
        return f"{short(statistics.median(values))} ({short(low)} to {short(high)})"

    def goals(self, work):
        wanted, reached = [], []
        description = self.results.description[self.part, work]
        for name, least in goals.of(self.part, work, description, self.threads, self.bf16, self.tiles):
            wanted.append(f"{least:g} {METRICS.get(name) or 'x ' + TITLES[name]}")
            values = self.metric(work, name)
            value = statistics.median(values) if values else None
            reached.append("-" if value is None else f"{short(value)}, {'yes' if value >= least else 'no'}")
        return "; ".join(wanted) or "-", "; ".join(reached) or "-"

    def limits(self, work):
        if self.part == "ops":
            counters = self.results.counters[self.part, work, self.threads, self.ours]
            return [short(counters["of_copy"])]
        gflops = self.metric(work, "gflops")
        return [short(statistics.median(gflops)) if gflops else "-", self.ratio(work, "peak")]

    def rows(self):
        unit = "packets/s" if self.part in ("inference", "train_step") else "ms"
        # Operations are bound by memory, layers by arithmetic.
        limits = ["of copy"] if self.part == "ops" else ["Gflop/s", "of peak"]
        columns = ["", "goal", "reached", f"ebb, {unit}", *limits]
        if self.threads > 1:
            columns.append("x one thread")
        if self.part == "train_step":
            columns.append("page faults per step")
        if self.peers:
            columns += [f"{TITLES[who]}, {unit}" for who in self.peers] + ["best peer", "x best peer"]
        yield columns
        for work in self.works:
            row = [work.replace("/", ", "), *self.goals(work), self.time(work, self.ours), *self.limits(work)]
            if self.threads > 1:
                row.append(self.ratio(work, "one"))
            if self.part == "train_step":
                counters = self.results.counters[self.part, work, self.threads, self.ours]
                row.append(short(counters["page_faults"]))
            if self.peers:
                best = self.best(work)
                row += [self.time(work, who) for who in self.peers]
                row += [TITLES.get(best, "-"), self.ratio(work, "best")]
            yield row


def markdown(rows):
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|---" * (lines[0].count("|") - 1) + "|", *lines[1:]]) + "\n"


def capture_rows(results):
    yield ["", "goal", "reached", "packets/s", "GB/s", "bytes per packet"]
    for (part, work, threads), seconds in results.seconds.items():
        if part == "pcap":
            counters = results.counters[part, work, threads, "ebb"]
            to_median = counters["real_time"] * 1e-3 / statistics.median(seconds["ebb"])
            packets, rate = counters["packets/s"] * to_median, counters["Gbyte/s"] * to_median
            yield [work, "1 GB/s or 2,000,000 packets/s", "yes" if rate >= 1 or packets >= 2e6 else "no",
                   short(packets), f"{rate:.2f}", f"{counters['bytes/packet']:.0f}"]


def sections(results, rounds):
    """Heading and text of each part that was measured."""
    machine = results.machine
    versions = ", ".join(sorted(set(results.versions.values())))
    run = (f"{datetime.date.today()}, rounds: {rounds}. {versions}. One core: "
           f"{machine['peak_fma_gflops']:.0f} Gflop/s by fp32 multiply-adds, "
           f"{machine['peak_bf16_gflops']:.0f} by bf16 vectors, {machine['peak_amx_gflops']:.0f} by bf16 tiles "
           f"(0: not on this processor); copy {machine['copy_gbytes']:.0f} GB/s, read and written.\n\n")
    for part, title in PARTS.items():
        counts = sorted({threads for known_part, _, threads in results.seconds if known_part == part})
        if not counts:
            continue
        if part == "pcap":
            yield title, run + markdown(capture_rows(results))
            continue
        text = run
        for threads in counts:
            for bf16 in (False, True):
                table = Table(results, part, threads, bf16)
                if table.empty:
                    continue
                text += f"### {'bf16' if bf16 else 'fp32'}, {threads} thread{'s' * (threads > 1)}\n\n"
                text += markdown(table.rows()) + "\n"
        yield title, text


def write(results, rounds, folder):
    """Replaces the measured sections of the file for this kind of processor; the others stay."""
    cpu = processor()
    path = pathlib.Path(folder) / f"{kind(cpu)}.md"
    old = path.read_text().split("\n## ")[1:] if path.exists() else []
    texts = dict(section.split("\n", 1) for section in old)
    texts.update({title: "\n" + text for title, text in sections(results, rounds)})
    header = HEADER.format(title=f"Performance: {kind(cpu)}", processor=(
        f"{cpu.get('Model name', platform.machine())}, {cpu.get('CPU(s)', '?')} cores, "
        f"{cpu.get('L1d cache', '?')} L1d, {cpu.get('L2 cache', '?')} L2, {cpu.get('L3 cache', '?')} L3"))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(header + "".join(
        f"\n## {title}\n{texts[title].rstrip()}\n" for title in PARTS.values() if title in texts))
    return path
