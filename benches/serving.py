"""The server under the loads of a day: makes the databases that `benches/serving.rs` asks for, and runs its parts.

Run by `scripts/bench serving [PART…]`; all parts unless named: pickups, lists, cutoff, memory, mail, postgres.
"""

import csv
import datetime
import os
import statistics
import subprocess
import sys

from measure import MASTER_DATA, ROOT, TUAN, WORK, Day

ROUNDS = 3
# The rows of an order in one statement and one transaction: a single round trip, which is the best that pgbench can do.
# No key is looked up first, no limits are looked at, no totals are kept, and no code is made.
PGBENCH = """
\\set person random(1, 20000)
\\set offer random(2, {offers} - 1)
WITH n AS MATERIALIZED (SELECT nextval('bench_ids') AS id),
 p AS MATERIALIZED (SELECT point_id, leader_id FROM bench_points WHERE place = 1 + :person % {points}),
 r AS (INSERT INTO residents (id, leader_id, identity, edition, name, phone, building, room)
   SELECT 8000000 + :person, leader_id, 'phone:' || :person, 0, '王小芳', '13800000000', '3', '1502' FROM p
   ON CONFLICT DO NOTHING),
 o AS (INSERT INTO orders (cycle_id, id, order_no, point_id, leader_id, resident_id, details_id, state, placed_at)
   SELECT {cycle}, n.id, 'P' || n.id, p.point_id, p.leader_id, 8000000 + :person, 8000000 + :person, 'unpaid', 1 FROM n, p
   RETURNING id, point_id),
 l AS (INSERT INTO order_lines (cycle_id, order_id, offer_no, line_no, ordered_qty, tolerance)
   SELECT {cycle}, id, :offer - line_no + 1, line_no, 2, 1 FROM o, generate_series(1, 3) AS line_no),
 k AS (INSERT INTO idempotency_keys (principal, route, key, body_sha256, status, answer, cycle_id, created_at)
   SELECT 'token:1', 'orders', 'p-' || id, repeat('x', 43), 201, repeat('x', 200), {cycle}, 1 FROM o)
INSERT INTO pickup_codes (cycle_id, order_id, point_id, placed_by, code_hash, sealed_code, is_open)
   SELECT {cycle}, id, point_id, 'token:1', id, repeat('x', 60), true FROM o;
"""


def bench(*arguments):
    command = ["cargo", "bench", "--quiet", "--locked", "--bench", "serving", "--", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def open_now(day, code):
    """The day's cycle with a window around the present, so that a server with the real time takes its orders."""
    now = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8)))
    times = {"opens_at": -24, "cutoff_at": 24}
    folder = day.folder / f"as-{code}"
    folder.mkdir(exist_ok=True)
    for kind in ("cycles", "offers"):
        with open(day.files / f"{kind}.csv", newline="", encoding="utf-8") as source:
            rows = list(csv.DictReader(source))
        for row in rows:
            row["cycle_code"] = code
            if kind == "cycles":
                row.update({name: (now + datetime.timedelta(hours=hours)).strftime("%Y-%m-%d %H:%M") for name, hours in times.items()})
                row["pickup_date"] = (now + datetime.timedelta(hours=24)).strftime("%Y-%m-%d")
                row["payment"] = "at_pickup"
        with open(folder / f"{kind}.csv", "w", newline="", encoding="utf-8") as out:
            writer = csv.DictWriter(out, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
    return folder


def fill(day, codes, database=None):
    """Everything but orders, with these cycles open now."""
    at = ["--database", database or f"sqlite:{day.database}"]
    run = lambda *words: subprocess.run([TUAN, *at, *map(str, words)], check=True, stdout=subprocess.DEVNULL)
    if database is None:
        for file in day.folder.glob("day.db*"):
            file.unlink()
    for kind in MASTER_DATA:
        if kind not in ("cycles", "offers"):
            run("import", kind, day.files / f"{kind}.csv")
    for code in codes:
        folder = open_now(day, code)
        run("import", "cycles", folder / "cycles.csv")
        run("import", "offers", folder / "offers.csv")
        run("cycle", "open", code)
    if database is None:
        day.ask("PRAGMA wal_checkpoint(TRUNCATE)")


def made(size):
    day = Day(size)
    day.generate()
    return day


def dispatched(size):
    day = made(size)
    day.open()
    day.import_orders()
    for step in (["cutoff"], ["procure"], ["receive", "--all-as-planned"], ["allocate"], ["dispatch"]):
        day.tuan(step[0], day.code, *step[1:])
    day.ask("PRAGMA wal_checkpoint(TRUNCATE)")
    return day


def pickups():
    day = dispatched("M")
    print(bench("pickups", day.database, day.folder, day.code))


def lists():
    day = dispatched("L")
    print(bench("lists", day.database, day.folder, day.code))


def cutoff():
    day = made("L")
    fill(day, ["NOW", "NEXT"])
    day.tuan("import", "orders", day.files / "orders.csv", "--cycle", "NOW")
    day.ask("PRAGMA wal_checkpoint(TRUNCATE)")
    print(bench("cutoff", day.database, day.folder, "NOW", "NEXT"))


def memory():
    large = dispatched("L")
    small = made("M")
    fill(small, ["NOW"])
    print(bench("memory", small.database, large.database, small.folder, large.code))


def mail():
    day = made("M")
    fill(day, ["NOW"])
    print(bench("mail", day.database, day.folder, "NOW"))


def psql(url, sql):
    done = subprocess.run(["psql", "-qtAX", "-v", "ON_ERROR_STOP=1", url, "-c", sql], check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()


def postgres():
    server = os.environ.get("TUAN_TEST_DATABASE")
    if server is None:
        subprocess.run(["scripts/postgres", "run", "--", sys.executable, *sys.argv[:1], "postgres"], cwd=ROOT, check=True)
        return
    day = made("M")
    fill(day, ["NOW"])
    url = lambda name: server.rsplit("/", 1)[0] + "/" + name
    psql(server, "CREATE DATABASE bench_template")
    fill(day, ["NOW"], url("bench_template"))
    ours, theirs = [], []
    for turn in range(ROUNDS):
        for rates, measure in ((ours, queue_rate), (theirs, pgbench_rate)):
            psql(server, "CREATE DATABASE bench_turn TEMPLATE bench_template")
            psql(server, "CHECKPOINT")
            rates.append(measure(day, url("bench_turn")))
            psql(server, "DROP DATABASE bench_turn WITH (FORCE)")
    ours, theirs = statistics.median(ours), statistics.median(theirs)
    print(f"PostgreSQL, 256 clients, medians of {ROUNDS} in turns")
    print(f"orders over HTTP  {ours:7.0f}/s")
    print(f"pgbench           {theirs:7.0f}/s; ours is {ours / theirs:.2f} × it (aim 1.5)")


def queue_rate(day, url):
    return float(bench("postgres", day.database, url, day.folder, "NOW"))


def pgbench_rate(day, url):
    cycle = psql(url, "SELECT id FROM cycles WHERE cycle_code = 'NOW'")
    offers = psql(url, f"SELECT count(*) FROM offers WHERE cycle_id = {cycle}")
    psql(
        url,
        "CREATE SEQUENCE bench_ids CACHE 100;"
        "CREATE TABLE bench_points AS SELECT row_number() OVER (ORDER BY id) AS place, id AS point_id, leader_id "
        "FROM pickup_points; ALTER TABLE bench_points ADD PRIMARY KEY (place); ANALYZE",
    )
    points = psql(url, "SELECT count(*) FROM bench_points")
    script = day.folder / "pgbench.sql"
    script.write_text(PGBENCH.format(cycle=cycle, offers=offers, points=points))
    command = ["pgbench", "-n", "-M", "prepared", "-c", "256", "-j", "2", "-T", "10", "-f", script, url]
    programs = subprocess.run(["scripts/postgres", "bin"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    environment = os.environ | {"PATH": programs + os.pathsep + os.environ["PATH"]}
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return float(next(line for line in done.stdout.splitlines() if line.startswith("tps")).split()[2])


PARTS = {"pickups": pickups, "lists": lists, "cutoff": cutoff, "memory": memory, "mail": mail, "postgres": postgres}


def main(names):
    WORK.mkdir(parents=True, exist_ok=True)
    for name in names or PARTS:
        if name not in PARTS:
            sys.exit(f"{name}: one of {', '.join(PARTS)}")
        print(f"== {name} ==", flush=True)
        PARTS[name]()


main(sys.argv[1:])
