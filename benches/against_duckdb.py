"""Totals, SKU × point and household lists of the same 1,000,000 order lines as CSV: Tuan from its SQLite file against
DuckDB with its tables already in memory.

Run by `scripts/bench duckdb`, which brings DuckDB from PyPI. Tuan's time is that of the whole process for the three
sheets, from opening the database to the last file, masks, guards and heads included. Both write into a folder in
memory, so that neither is measured by what the disk makes of thousands of files or of a few.
"""

import csv
import resource
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

import duckdb
from measure import WORK, Cost, Day

LINES = 1_000_000
ROUNDS = 5
SHEETS = ["procurement_summary", "sowing_sort", "pickup_list"]

# The same rows and columns as our sheets hold, one file per kind where ours writes one per warehouse and point.
SAME = {
    "procurement_summary": """
        SELECT supplier_code, sku_code, name, spec, unit, temp_zone, ordered_qty, tolerance_qty, line_count,
            resident_count, leader_count, case_size, ceil(ordered_qty / case_size) AS cases_planned,
            ceil(ordered_qty / case_size) * case_size AS planned_qty, sale_price * ordered_qty AS sales_amount
        FROM (SELECT sku_id, sum(qty) AS ordered_qty, sum(tolerance) AS tolerance_qty, count(*) AS line_count,
                count(DISTINCT resident_id) AS resident_count, count(DISTINCT leader_id) AS leader_count
            FROM lines JOIN orders USING (order_id) GROUP BY sku_id)
        JOIN skus USING (sku_id) ORDER BY supplier_code, sku_code""",
    "sowing_sort": """
        SELECT sku_code, name, unit, slot_no, point_name, qty,
            sum(qty) OVER (PARTITION BY sku_id ORDER BY slot_no) AS running_total
        FROM (SELECT sku_id, point_id, sum(qty) AS qty FROM lines JOIN orders USING (order_id) GROUP BY ALL)
        JOIN skus USING (sku_id) JOIN points USING (point_id) ORDER BY sku_code, slot_no""",
    "pickup_list": """
        SELECT point_name, dense_rank() OVER (PARTITION BY point_id ORDER BY building, unit_no, room, phone) AS seq,
            chain_no, building, unit_no, room, resident[1] || repeat('*', length(resident) - 1) AS resident, nickname,
            right(phone, 4) AS phone_tail4, name, spec, unit, qty AS ordered_qty, qty AS allocated_qty,
            sale_price * tolerance AS due_amount, remark
        FROM lines JOIN orders USING (order_id) JOIN skus USING (sku_id) JOIN points USING (point_id)
        ORDER BY point_id, seq, order_id, sku_code""",
}

# The bare figures and lists: no household numbers, running totals, counts of people, masks or amounts.
BARE = {
    "totals": "SELECT sku_code, name, spec, sum(qty), sum(tolerance), count(*) FROM lines JOIN skus USING (sku_id) "
    "GROUP BY ALL ORDER BY sku_code",
    "sku_by_point": "SELECT sku_code, point_code, sum(qty) FROM lines JOIN orders USING (order_id) "
    "JOIN skus USING (sku_id) JOIN points USING (point_id) GROUP BY ALL ORDER BY sku_code, point_code",
    "households": "SELECT point_code, building, unit_no, room, nickname, phone, sku_code, name, spec, qty FROM lines "
    "JOIN orders USING (order_id) JOIN skus USING (sku_id) JOIN points USING (point_id) "
    "ORDER BY point_code, building, unit_no, room, phone, order_id, sku_code",
}

# Typed columns and dense whole-number keys, as one would lay them out for speed.
TABLES = """
    CREATE TEMP TABLE file AS FROM read_csv('{files}/orders.csv', all_varchar = true);
    CREATE TABLE points AS SELECT row_number() OVER (ORDER BY route_code, stop_seq::INTEGER) AS point_id, point_code,
        point_name, point_id AS slot_no FROM read_csv('{files}/leaders.csv', all_varchar = true);
    CREATE TABLE skus AS SELECT row_number() OVER (ORDER BY sku_code) AS sku_id, sku_code, name, spec, unit, supplier_code,
        temp_zone, case_size::INTEGER AS case_size, round(sale_price::DOUBLE * 100)::BIGINT AS sale_price
        FROM read_csv('{files}/skus.csv', all_varchar = true)
        JOIN (SELECT sku_code, sale_price FROM read_csv('{files}/offers.csv', all_varchar = true)) USING (sku_code);
    CREATE TEMP TABLE heads AS SELECT DISTINCT ON (order_no) * EXCLUDE (sku_code, ordered_qty, tolerance) FROM file;
    CREATE TEMP TABLE numbered AS SELECT row_number() OVER (ORDER BY order_no) AS order_id, * FROM heads;
    CREATE TABLE orders AS SELECT order_id, point_id, dense_rank() OVER (ORDER BY leader_code) AS leader_id,
        dense_rank() OVER (ORDER BY leader_code, phone, building, room, nickname) AS resident_id,
        chain_no::INTEGER AS chain_no, resident, nickname, phone, building, unit_no, room, remark
        FROM numbered JOIN points USING (point_code) ORDER BY order_id;
    CREATE TABLE lines AS SELECT order_id, sku_id, ordered_qty::INTEGER AS qty,
        coalesce(tolerance, '0')::INTEGER AS tolerance FROM file JOIN numbered USING (order_no) JOIN skus USING (sku_code)
        ORDER BY order_id;
    DROP TABLE numbered; DROP TABLE heads; DROP TABLE file;
"""


def cut_orders(day):
    """Leaves the first orders of the day that have LINES lines together."""
    file = day.files / "orders.csv"
    whole = file.rename(file.with_suffix(".whole"))
    with open(whole, newline="", encoding="utf-8") as source, open(file, "w", newline="", encoding="utf-8") as out:
        rows, kept = csv.reader(source), csv.writer(out)
        kept.writerow(next(rows))
        last_order, count = None, 0
        for row in rows:
            if count >= LINES and row[0] != last_order:
                break
            kept.writerow(row)
            last_order, count = row[0], count + 1
    whole.unlink()


def tuan_costs(day, folder):
    kinds = [word for kind in SHEETS for word in ("--kind", kind)]
    cost = day.tuan("sheets", day.code, "--out", folder / "out", "--format", "csv", *kinds)
    shutil.rmtree(folder / "out")
    return cost


def open_duckdb(day):
    base = duckdb.connect()
    base.execute("SET threads = 2")
    base.execute(TABLES.format(files=day.files))
    return base


def duckdb_cost(base, queries, folder):
    def cpu():
        usage = resource.getrusage(resource.RUSAGE_SELF)
        return usage.ru_utime + usage.ru_stime

    started, before = time.monotonic(), cpu()
    for name, query in queries.items():
        base.execute(f"COPY ({query}) TO '{folder}/{name}.csv' (HEADER)")
    return Cost(time.monotonic() - started, cpu() - before, 0)


def medians(costs):
    return [statistics.median(cost[i] for cost in costs) for i in range(3)]


def main():
    WORK.mkdir(parents=True, exist_ok=True)
    day, ours, same, bare = Day("XL"), [], [], []
    day.generate()
    cut_orders(day)
    day.open()
    day.import_orders()
    for step in (["cutoff"], ["procure"], ["receive", "--all-as-planned"], ["allocate"]):
        day.tuan(step[0], day.code, *step[1:])
    base = open_duckdb(day)
    in_memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(dir=in_memory if in_memory.is_dir() else day.folder))
    for turn in range(ROUNDS):
        print(f"turn {turn + 1} of {ROUNDS} …", file=sys.stderr)
        ours.append(tuan_costs(day, folder))
        same.append(duckdb_cost(base, SAME, folder))
        bare.append(duckdb_cost(base, BARE, folder))
    wall, cpu, mib = medians(ours)
    print(f"{day.line_count():,} lines, medians of {ROUNDS} in turns; duckdb {duckdb.__version__}, 2 threads, tables in memory")
    print(f"tuan, from its SQLite file          {wall:6.2f} s wall {cpu:6.2f} s CPU, peak {mib:.0f} MiB")
    for name, costs in (("same rows and columns", same), ("bare figures and lists", bare)):
        their_wall, their_cpu, _ = medians(costs)
        ratio = f"ours is {wall / their_wall:.2f} × its wall, {cpu / their_cpu:.2f} × its CPU"
        print(f"duckdb, {name:27} {their_wall:6.2f} s wall {their_cpu:6.2f} s CPU; {ratio}")
    print("aim: 0.5 × its wall for the same rows and columns")
    shutil.rmtree(folder)
    shutil.rmtree(day.folder)


main()
