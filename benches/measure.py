"""What the measuring scripts share: a synthetic day brought to a stage through the command line, each command timed.

Times are what /usr/bin/time says: wall seconds, CPU seconds (user + system), peak resident memory in MiB.
"""

import csv
import shutil
import sqlite3
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TUAN = ROOT / "target" / "release" / "tuan"
WORK = ROOT / "target" / "bench"
SEED = "1"

# DOMAIN 5: SKUs that arrive short, and about how many lines that touches.
SHORT = {"S": (2, 100), "M": (15, 3_000), "L": (36, 21_000), "XL": (60, 90_000)}
MASTER_DATA = ["suppliers", "skus", "warehouses", "vehicles", "leaders", "cycles", "offers", "stock"]

Cost = namedtuple("Cost", "wall cpu mib")


def measured(*command):
    """Runs a command that must succeed; returns its Cost."""
    report = WORK / "time"
    full = ["/usr/bin/time", "-f", "%e %U %S %M", "-o", str(report), *map(str, command)]
    done = subprocess.run(full, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stderr}")
    wall, user, system, kib = map(float, report.read_text().split())
    return Cost(wall, user + system, kib / 1024)


class Day:
    """A synthetic day of one size in a SQLite file of its own."""

    def __init__(self, size):
        self.size = size
        self.code = f"GEN-{size}-{SEED}"
        self.folder = WORK / size
        self.files = self.folder / "csv"
        self.database = self.folder / "day.db"

    def tuan(self, *arguments):
        return measured(TUAN, "--database", f"sqlite:{self.database}", *arguments)

    def generate(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        return measured(TUAN, "generate", "--size", self.size, "--seed", SEED, "--out", self.files)

    def open(self):
        """A new database with everything but orders, ready to take them."""
        for file in self.folder.glob("day.db*"):
            file.unlink()
        for kind in MASTER_DATA:
            self.tuan("import", kind, self.files / f"{kind}.csv")
        self.tuan("cycle", "open", self.code)

    def import_orders(self):
        return self.tuan("import", "orders", self.files / "orders.csv", "--cycle", self.code)

    def line_count(self):
        return self.ask("SELECT count(*) FROM order_lines")[0][0]

    def ask(self, sql):
        with sqlite3.connect(self.database) as connection:
            return connection.execute(sql).fetchall()

    def remove(self):
        shutil.rmtree(self.folder)

    def write_receipts(self):
        """Everything arrives as planned, but half of the SKUs that come short; nothing more will come."""
        short_skus, touched = SHORT[self.size]
        lines = self.ask("SELECT offer_no, count(*) FROM order_lines GROUP BY offer_no ORDER BY offer_no")
        wanted = 2 * touched / short_skus
        short = {offer for offer, _ in sorted(lines, key=lambda line: abs(line[1] - wanted))[:short_skus]}
        planned = self.ask(
            "SELECT po_no, sku_code, l.offer_no, planned_qty FROM purchase_order_lines l "
            "JOIN purchase_orders p ON p.id = l.po_id JOIN offers o ON o.cycle_id = l.cycle_id AND o.offer_no = l.offer_no "
            "JOIN skus s ON s.id = o.sku_id ORDER BY po_no, line_no"
        )
        file = self.folder / "receipts.csv"
        with open(file, "w", newline="", encoding="utf-8") as out:
            rows = csv.writer(out)
            rows.writerow(["receipt_no", "po_no", "sku_code", "arrived_qty", "closes"])
            for po_no, sku_code, offer, qty in planned:
                rows.writerow([f"R-{po_no}", po_no, sku_code, qty // 2 if offer in short else qty, 1])
        return file
