"""Orders over HTTP against the same server's empty handler, and the writer against bare inserts.

Run by `scripts/bench intake [SIZE]` (M unless named).
"""

import subprocess
import sys

from measure import ROOT, WORK, Day


def main(size):
    WORK.mkdir(parents=True, exist_ok=True)
    day = Day(size)
    day.generate()
    day.open()
    day.ask("PRAGMA wal_checkpoint(TRUNCATE)")
    command = ["cargo", "bench", "--quiet", "--locked", "--bench", "intake", "--", day.database, day.folder]
    subprocess.run(command, cwd=ROOT, check=True)


main(sys.argv[1] if len(sys.argv) > 1 else "M")
