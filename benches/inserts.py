"""`tuan import orders` against bare prepared inserts of the same rows into the same schema, in turns.

Run by `scripts/bench inserts [SIZE]` (L unless named).
"""

import json
import statistics
import subprocess
import sys

from measure import ROOT, WORK, Day

ROUNDS = 3


def build_bare():
    """Builds the bench once, before the clock matters; returns its program."""
    command = ["cargo", "bench", "--quiet", "--locked", "--bench", "bare_inserts", "--no-run"]
    done = subprocess.run(command + ["--message-format=json"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    built = [json.loads(line).get("executable") for line in done.stdout.splitlines()]
    return next(program for program in reversed(built) if program)


def bare(program, day):
    scratch = day.folder / "bare.db"
    done = subprocess.run([program, day.database, scratch], check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.strip().splitlines()[-1])


def main(size):
    WORK.mkdir(parents=True, exist_ok=True)
    program, day, ours, floors = build_bare(), Day(size), [], []
    day.generate()
    for turn in range(ROUNDS):
        print(f"turn {turn + 1} of {ROUNDS} …", file=sys.stderr)
        day.open()
        ours.append(day.import_orders())
        floors.append(bare(program, day))
    lines = day.line_count()
    wall, cpu = (statistics.median(getattr(cost, name) for cost in ours) for name in ("wall", "cpu"))
    floor, floor_cpu = (statistics.median(floor[name] for floor in floors) for name in ("seconds", "cpu"))
    print(f"{lines:,} lines, median of {ROUNDS}")
    print(f"tuan import orders {wall:8.2f} s {cpu:8.2f} s CPU {lines / wall:10,.0f} lines a second   peak {max(c.mib for c in ours):.0f} MiB")
    print(f"bare inserts       {floor:8.2f} s {floor_cpu:8.2f} s CPU {lines / floor:10,.0f} lines a second")
    print(f"ours is {floor / wall:.2f} × the bare speed (aim 0.4 ×), {floor_cpu / cpu:.2f} × by CPU")
    day.remove()


main(sys.argv[1] if len(sys.argv) > 1 else "L")
