"""Read damaged files one after the other, and say of each that broke a promise which one."""

import logging
import random
import re
import signal
import sys
from pathlib import Path

from geo.importing.errors import UnreadableListError
from geo.importing.readers.any_file import read_list
from geo.importing.source_table import SourceTable
from geo.importing.synonyms import read_words
from tests.fuzz.mutations import damage
from tests.fuzz.seeds import all_seeds

CORPUS = Path(__file__).parent / "corpus"
# Of the processor, for a file of at most some 400 KB; and of memory over what the libraries take.
SECONDS, MEMORY = 20, 1_500 * 2**20
LONGEST_LINE = 400
EMPTY = re.compile(r"[（(]\s*[)）]")
CHINESE = re.compile("[\u4e00-\u9fff]")


class Net(logging.Handler):
    """Keep what the net around a file caught, which a reader should have said better."""

    def __init__(self):
        super().__init__()
        self.caught = []

    def emit(self, record):
        self.caught.append(record.exc_info[1] if record.exc_info else record.getMessage())


def case(number, seeds):
    """Make the damaged file of a number: always the same one."""
    choose = random.Random(number)  # noqa: S311 - no secret
    name, data = choose.choice(seeds)
    return name, damage(data, name, choose, choose.choice(seeds)[1])


def fault_of(name, data, words, net):
    """Read one file; give what is wrong with the answer, or None."""
    net.caught.clear()
    try:
        tables = read_list(data, file_name=name, words=words)
        sound = tables and all(isinstance(table, SourceTable) and len(table.rows) for table in tables)
        fault = None if sound else "a result without rows"
    except UnreadableListError as refusal:
        fault = _fault_of_refusal(refusal)
    except BaseException as other:  # noqa: BLE001 - whatever it is, it is what is looked for
        return f"{type(other).__name__}: {other}"
    if net.caught:
        return f"caught by the net alone: {type(net.caught[0]).__name__}: {net.caught[0]}"
    return fault


def _fault_of_refusal(refusal):
    for line in (refusal.in_language("zh"), str(refusal)):
        if not line.strip() or "\n" in line or len(line) > LONGEST_LINE or EMPTY.search(line):
            return f"a poor refusal: {line!r}"
    return None if CHINESE.search(refusal.in_language("zh")) else f"no Chinese: {str(refusal)!r}"


def bound_this_process():
    """Let the system end this process at a file that takes too long or too much; only where it can."""
    import resource

    pages = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (pages + MEMORY, pages + MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(first, count, ending=""):
    """Read `count` files from number `first` on; a line for each begun, a second one where it is at fault."""
    net, words, seeds = Net(), read_words(), all_seeds(ending)
    logging.getLogger("geo.importing.readers.any_file").addHandler(net)
    logging.getLogger("geo.importing.readers.any_file").propagate = False
    bound_this_process()
    for number in range(first, first + count):
        name, data = case(number, seeds)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
        # The clock of the processor, which ends the process even inside a library.
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        fault = fault_of(name, data, words, net)
        if fault:
            sys.stdout.write(f"FAULT {number} {name} {fault!r}\n")
            sys.stdout.flush()
    signal.setitimer(signal.ITIMER_PROF, 0)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
