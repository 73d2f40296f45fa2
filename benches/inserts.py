"""`tuan import orders` against bare prepared inserts of the same rows into the same schema, in turns.

Run by `scripts/bench inserts [SIZE]` (L unless named).
"""

import json
import statistics
import subprocess
import sys

from measure import ROOT, WORK, Day

ROUNDS = 3


def bare_seconds(day):
    scratch = day.folder / "bare.db"
    command = ["cargo", "bench", "--quiet", "--locked", "--bench", "bare_inserts", "--", day.database, scratch]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.strip().splitlines()[-1])["seconds"]


def main(size):
    WORK.mkdir(parents=True, exist_ok=True)
    day, ours, bare = Day(size), [], []
    day.generate()
    for turn in range(ROUNDS):
        print(f"turn {turn + 1} of {ROUNDS} …", file=sys.stderr)
        day.open()
        ours.append(day.import_orders())
        bare.append(bare_seconds(day))
    lines = day.line_count()
    wall, floor = statistics.median(cost.wall for cost in ours), statistics.median(bare)
    print(f"{lines:,} lines, median of {ROUNDS}")
    print(f"tuan import orders {wall:8.2f} s {lines / wall:12,.0f} lines a second   peak {max(c.mib for c in ours):.0f} MiB")
    print(f"bare inserts       {floor:8.2f} s {lines / floor:12,.0f} lines a second")
    print(f"ours is {floor / wall:.2f} × the bare speed (aim 0.4 ×)")


main(sys.argv[1] if len(sys.argv) > 1 else "L")
