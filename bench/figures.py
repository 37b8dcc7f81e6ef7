"""Medians with their spread, paired ratios, and how they are printed."""

import json
from dataclasses import asdict, dataclass
from statistics import median


@dataclass(frozen=True)
class Spread:
    """The median of repeated measurements, and between what they lay."""

    median: float
    least: float
    most: float
    count: int

    @staticmethod
    def of(values):
        values = list(values)
        if not values:
            return None
        return Spread(median(values), min(values), max(values), len(values))

    def words(self, digits=2):
        return f"{self.median:.{digits}f} [{self.least:.{digits}f}..{self.most:.{digits}f}]"


def paired(ours, theirs):
    """Ratios ours/theirs round by round: both met the same neighbours, so their noise cancels.

    Each argument maps a round to a value; a round that either side lacks (it was void) is left out.
    """
    return [ours[key] / theirs[key] for key in sorted(ours.keys() & theirs.keys()) if theirs[key]]


def table(header, rows):
    """Columns as wide as they need to be, numbers to the right."""
    rows = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[index]) for row in [header, *rows]) for index in range(len(header))]
    lines = []
    for row in [header, *rows]:
        cells = [
            cell.ljust(width) if index == 0 else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(row, widths))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def write_json(path, value):
    if path is None:
        return
    with open(path, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=2, default=_plain)
        file.write("\n")


def _plain(value):
    return asdict(value)
