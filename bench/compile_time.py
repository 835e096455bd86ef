#!/usr/bin/env python3
"""What the library costs the compiler: seconds of processor time and peak memory, as a markdown table.

    compile_time.py                                    quickstart.cpp, as a user compiles it
    compile_time.py --repeat 3 tests/ops/*.cpp         and these files, medians of three
"""

import argparse
import os
import pathlib
import statistics
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
QUICKSTART = ROOT / "tests" / "contract" / "quickstart.cpp"


def cost(command):
    """Seconds and megabytes of one run; the clock on the wall would measure what else the machine does."""
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit("failed: " + " ".join(map(str, command)))
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    parser.add_argument("--compiler", default="g++")
    parser.add_argument("--eigen", default="/usr/include/eigen3")
    parser.add_argument("--repeat", type=int, default=1)
    arguments = parser.parse_args()
    version = subprocess.check_output([arguments.compiler, "--version"], text=True).splitlines()[0]
    print(f"{version}, -O2, median of {arguments.repeat}\n\n| file | seconds | MB |\n|---|---|---|")
    for file in [QUICKSTART, *arguments.files]:
        command = [arguments.compiler, "-std=c++20", "-O2", "-fopenmp", "-I", ROOT / "include",
                   "-I", ROOT / "tests", "-I", ROOT / "examples", "-I", arguments.eigen,
                   f'-DEBB_SOURCE_DIR="{ROOT}"', "-c", file, "-o", os.devnull]
        runs = [cost(command) for _ in range(arguments.repeat)]
        seconds, megabytes = map(statistics.median, zip(*runs))
        print(f"| {file.resolve().relative_to(ROOT)} | {seconds:.1f} | {megabytes:.0f} |", flush=True)


main()
