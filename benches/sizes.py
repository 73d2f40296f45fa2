"""Every command of a day on each size: CPU, wall, peak memory, and how they grow with the number of lines.

Run by `scripts/bench sizes [SIZE…]` (M L XL unless named).
"""

import math
import shutil
import sys

from measure import WORK, Day

# CPU seconds on size L that each command should stay within, and MiB for all.
AIMS = {"cutoff": 0.5, "procure": 0.7, "allocate": 1.0, "sheets": 3.0, "check": 10.0}
MIB_MAX = 300


def run(size):
    """The day's commands in order, with their costs; and its number of lines."""
    day, costs = Day(size), {}
    costs["generate"] = day.generate()
    day.open()
    costs["import orders"] = day.import_orders()
    costs["cutoff"] = day.tuan("cutoff", day.code)
    costs["procure"] = day.tuan("procure", day.code)
    costs["send"] = day.tuan("send", day.code)
    costs["receive"] = day.tuan("receive", day.code, day.write_receipts())
    costs["allocate"] = day.tuan("allocate", day.code)
    costs["dispatch"] = day.tuan("dispatch", day.code)
    costs["sheets"] = day.tuan("sheets", day.code, "--out", day.folder / "out", "--format", "csv")
    costs["check"] = day.tuan("check", day.code)
    return costs, day.line_count()


def exponent(small, large, ratio):
    """The power of the number of lines with which a cost grows; costs too small to time say nothing."""
    return f"{math.log(large / small) / math.log(ratio):6.2f}" if small >= 0.02 else "     –"


def main(sizes):
    WORK.mkdir(parents=True, exist_ok=True)
    results = {}
    for size in sizes:
        print(f"running a day of size {size} …", file=sys.stderr)
        results[size] = run(size)
    # Only now: ext4 searches a full minute past the inodes of files that were just deleted, at the cost of the next.
    for size in sizes:
        shutil.rmtree(WORK / size)
    print(f"{'':14}" + "".join(f"{size:>4}: CPU s  wall s     MiB" for size in sizes) + "   aim on L   growth: CPU    MiB")
    first, last = results[sizes[0]], results[sizes[-1]]
    ratio = last[1] / first[1]
    for name in first[0]:
        cells = "".join(f"{c[name].cpu:10.2f}{c[name].wall:8.2f}{c[name].mib:8.0f}" for c, _ in results.values())
        growth = ""
        if ratio > 1:
            (a, b) = (first[0][name], last[0][name])
            growth = f"{exponent(a.cpu, b.cpu, ratio):>12} {exponent(a.mib, b.mib, ratio)}"
        print(f"{name:14}{cells}{AIMS.get(name, '–'):>11}   {growth}")
    print()
    for size, (costs, lines) in results.items():
        peak = max(cost.mib for cost in costs.values())
        rate = lines / costs["import orders"].wall
        print(f"{size}: {lines:,} lines, imported at {rate:,.0f} lines a second, peak {peak:.0f} MiB (aim {MIB_MAX})")


main(sys.argv[1:] or ["M", "L", "XL"])
