"""Routes against PyVRP at equal processor time: median gap of three seeds to the best known solution, or, where an
instance has none, to the best that either found.

    against_pyvrp.py --solver EXAMPLE --out DIR [--seconds S] [--python VENV/bin/python …] [INSTANCE…]

An instance is a CVRPLIB .vrp or a Solomon file. Without any, two are made like those of the X set (Uchoa et al. 2017:
random depot, clustered stops, demands 1-100) with 500 and 1,000 stops, and one like Solomon's R1 with 100.
"""

import argparse
import json
import math
import random
import re
import statistics
import subprocess
import sys
from pathlib import Path

SEEDS = (1, 2, 3)

# Published optima of the total distance with distances cut to one decimal.
BEST_KNOWN = {
    "X-n101-k25": 27591, "X-n200-k36": 58578, "X-n502-k39": 69226, "X-n1001-k43": 72355,
    "C101": 827.3, "R101": 1637.7, "R105": 1355.3, "RC101": 1619.8, "RC105": 1513.7, "R201": 1143.2,
}

# Runs inside of a virtual environment with PyVRP. Its own clock is the wall's; this one is the processor's.
DRIVE_PYVRP = """
import json, sys, time
import pyvrp
from importlib.metadata import version

path, seconds, seed = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
is_vrp = path.endswith(".vrp")
if is_vrp:
    data = pyvrp.read(path, round_func="round")
else:
    rows = [list(map(float, line.split())) for line in open(path) if line.split() and line.split()[0].replace(".", "").isdigit()]
    fleet = next(row for row in rows if len(row) == 2)
    places = [row for row in rows if len(row) == 7]
    import numpy
    xy = numpy.array([row[1:3] for row in places])
    gaps = numpy.floor(numpy.sqrt(((xy[:, None] - xy[None]) ** 2).sum(-1)) * 10 + 1e-9).astype(int)
    tens = lambda value: int(value * 10)
    depot = places[0]
    model = pyvrp.Model()
    if hasattr(model, "add_location"):
        spots = [model.add_location(r[1], r[2]) for r in places]
        where = [{"location": spot} for spot in spots]
    else:
        where = [{"x": int(r[1]), "y": int(r[2])} for r in places]
    home = model.add_depot(**where[0])
    model.add_vehicle_type(int(fleet[0]), capacity=int(fleet[1]), tw_early=tens(depot[4]), tw_late=tens(depot[5]))
    stops = [model.add_client(**at, delivery=int(r[3]), service_duration=tens(r[6]), tw_early=tens(r[4]), tw_late=tens(r[5])) for at, r in zip(where[1:], places[1:])]
    ends = spots if hasattr(model, "add_location") else [home, *stops]
    for a, one in enumerate(ends):
        for b, other in enumerate(ends):
            if a != b:
                model.add_edge(one, other, distance=int(gaps[a, b]), duration=int(gaps[a, b]))
    data = model.data()

class Processor:
    def __init__(self, budget):
        self.budget = budget
    def __call__(self, best_cost):
        return time.process_time() > self.budget
    def fraction_remaining(self):
        return max(0.0, 1 - time.process_time() / self.budget)

result = pyvrp.solve(data, Processor(seconds), seed=seed, display=False)
cost = result.cost() if is_vrp else result.cost() / 10
print(json.dumps({"cost": cost, "feasible": result.is_feasible(), "cpu_seconds": time.process_time(), "version": version("pyvrp")}))
"""

def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--solver", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--python", action="append", default=[])
    parser.add_argument("instances", nargs="*", type=Path)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    instances = args.instances or made(args.out)
    print(f"{'instance':<18}{'solver':<16}{'cost':>10}{'gap %':>8}{'CPU s':>8}", flush=True)
    for instance in instances:
        rows = {"tuan": run([args.solver, str(instance), "--seconds", str(args.seconds), "--seed"])}
        for python in args.python:
            found = run([python, "-c", DRIVE_PYVRP, str(instance), str(args.seconds)])
            rows[f"pyvrp {found[0].get('version', '?')}"] = found
        report(instance, rows)


def run(command):
    found = []
    for seed in SEEDS:
        done = subprocess.run([*command, str(seed)], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(done.stderr[-2000:])
        found.append(json.loads(done.stdout.strip().splitlines()[-1]))
    return found


def report(instance, rows):
    costs = {name: statistics.median(row["cost"] if row["feasible"] else math.inf for row in found) for name, found in rows.items()}
    best = best_known(instance) or min(row["cost"] for found in rows.values() for row in found)
    for name, found in rows.items():
        cpu = statistics.median(row["cpu_seconds"] for row in found)
        gap = (costs[name] / best - 1) * 100
        print(f"{instance.stem:<18}{name:<16}{costs[name]:>10.1f}{gap:>8.2f}{cpu:>8.1f}", flush=True)


def best_known(instance):
    solution = instance.with_suffix(".sol")
    if solution.exists():
        cost = re.search(r"(?im)^cost\s+([\d.]+)", solution.read_text())
        return float(cost.group(1)) if cost else None
    return BEST_KNOWN.get(instance.stem)


def made(out):
    paths = [vrp_like_x(out / f"like-X-n{stops + 1}.vrp", stops, stops * 2) for stops in (500, 1000)]
    return [*paths, like_solomon(out / "like-R1.txt")]


def vrp_like_x(path, stops, seed):
    """Half of the stops at random, half drawn towards seeds (Uchoa et al. 2017, type RC); about 20 stops a route."""
    dice = random.Random(seed)
    places = {(dice.randint(0, 1000), dice.randint(0, 1000)) for _ in range(stops // 2)}
    seeds = [(dice.randint(0, 1000), dice.randint(0, 1000)) for _ in range(6)]
    while len(places) < stops:
        x, y = dice.randint(0, 1000), dice.randint(0, 1000)
        if dice.random() < sum(math.exp(-math.hypot(x - a, y - b) / 40) for a, b in seeds):
            places.add((x, y))
    places = sorted(places)
    dice.shuffle(places)
    demands = [dice.randint(1, 100) for _ in places]
    depot = (dice.randint(0, 1000), dice.randint(0, 1000))
    capacity = math.ceil(20 * sum(demands) / stops)
    lines = [f"NAME : {path.stem}", "TYPE : CVRP", f"DIMENSION : {stops + 1}", "EDGE_WEIGHT_TYPE : EUC_2D", f"CAPACITY : {capacity}", "NODE_COORD_SECTION"]
    lines += [f"{number} {x} {y}" for number, (x, y) in enumerate([depot, *places], 1)]
    lines += ["DEMAND_SECTION"] + [f"{number} {demand}" for number, demand in enumerate([0, *demands], 1)]
    path.write_text("\n".join([*lines, "DEPOT_SECTION", "1", "-1", "EOF", ""]))
    return path


def like_solomon(path):
    """100 random stops, windows of 10 round a time at which they can be reached, horizon 230, service 10."""
    dice = random.Random(101)
    rows = []
    for number in range(1, 101):
        x, y = dice.randint(0, 70), dice.randint(0, 80)
        away = math.hypot(x - 35, y - 35)
        middle = dice.uniform(math.ceil(away) + 5, 230 - away - 15)
        rows.append((number, x, y, dice.randint(1, 41), int(middle - 5), int(middle + 5), 10))
    head = [path.stem, "", "VEHICLE", "NUMBER     CAPACITY", "  25         200", "", "CUSTOMER", "CUST NO.  XCOORD.  YCOORD.  DEMAND  READY TIME  DUE DATE  SERVICE TIME", ""]
    lines = ["  ".join(str(value) for value in row) for row in [(0, 35, 35, 0, 0, 230, 0), *rows]]
    path.write_text("\n".join([*head, *lines, ""]))
    return path


if __name__ == "__main__":
    main()
