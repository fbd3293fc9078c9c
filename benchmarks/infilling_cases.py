"""Functions with gaps to fill, and what must hold of them: written for this, and nowhere else.

Each is one text: what stands before the line `# tests` is the file that is typed in, what stands
behind it runs with the gap filled. The gaps are made by `infilling.py`.
"""

CASES = [
    '''
def merge_intervals(intervals):
    """Join intervals that touch or overlap; they come as pairs in any order."""
    merged = []
    for start, end in sorted(intervals):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


# tests
assert merge_intervals([]) == []
assert merge_intervals([(5, 7), (1, 3), (2, 4)]) == [(1, 4), (5, 7)]
assert merge_intervals([(1, 9), (2, 3), (9, 10)]) == [(1, 10)]
''',
    '''
def parse_query(text):
    """Turn `a=1&b=2&a=3` into {"a": ["1", "3"], "b": ["2"]}; parts without a value get "".

    Empty parts count for nothing.
    """
    found = {}
    for part in text.split("&"):
        if not part:
            continue
        name, _, value = part.partition("=")
        found.setdefault(name, []).append(value)
    return found


# tests
assert parse_query("a=1&b=2&a=3") == {"a": ["1", "3"], "b": ["2"]}
assert parse_query("x&&y=") == {"x": [""], "y": [""]}
assert parse_query("") == {}
''',
    '''
class Stack:
    """A stack that also knows its least element."""

    def __init__(self):
        self._items = []
        self._least = []

    def push(self, item):
        self._items.append(item)
        if not self._least or item <= self._least[-1]:
            self._least.append(item)

    def pop(self):
        item = self._items.pop()
        if item == self._least[-1]:
            self._least.pop()
        return item

    def least(self):
        return self._least[-1]


# tests
s = Stack()
for n in (3, 1, 1, 2):
    s.push(n)
assert s.least() == 1
assert [s.pop(), s.pop()] == [2, 1]
assert s.least() == 1
assert s.pop() == 1
assert s.least() == 3
''',
    '''
def word_lengths(text, shortest=1):
    """Count words by their length, leaving out those with fewer letters than `shortest`."""
    counts = {}
    for word in text.split():
        size = len(word)
        if size < shortest:
            continue
        counts[size] = counts.get(size, 0) + 1
    return counts


# tests
assert word_lengths("a bb cc ddd") == {1: 1, 2: 2, 3: 1}
assert word_lengths("a bb cc ddd", shortest=2) == {2: 2, 3: 1}
assert word_lengths("") == {}
''',
    '''
def transpose(rows, fill=None):
    """Swap rows and columns; short rows are filled up with `fill`."""
    width = max((len(row) for row in rows), default=0)
    columns = []
    for index in range(width):
        column = []
        for row in rows:
            column.append(row[index] if index < len(row) else fill)
        columns.append(column)
    return columns


# tests
assert transpose([[1, 2], [3]]) == [[1, 3], [2, None]]
assert transpose([[1], [2, 3]], fill=0) == [[1, 2], [0, 3]]
assert transpose([]) == []
''',
    '''
def roman(number):
    """Write a number from 1 to 3999 in Roman numerals."""
    signs = [
        (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"),
        (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
        (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    ]
    if not 1 <= number <= 3999:
        raise ValueError("out of range")
    written = ""
    for value, sign in signs:
        while number >= value:
            written += sign
            number -= value
    return written


# tests
assert [roman(n) for n in (1, 4, 9, 14, 40, 1994, 3999)] == [
    "I", "IV", "IX", "XIV", "XL", "MCMXCIV", "MMMCMXCIX"]
for bad in (0, 4000):
    try:
        roman(bad)
    except ValueError:
        pass
    else:
        raise AssertionError(bad)
''',
    '''
class Cache:
    """Keeps the `size` values that were used last."""

    def __init__(self, size):
        self.size = size
        self.values = {}

    def get(self, key, default=None):
        if key not in self.values:
            return default
        value = self.values.pop(key)
        self.values[key] = value
        return value

    def put(self, key, value):
        self.values.pop(key, None)
        self.values[key] = value
        if len(self.values) > self.size:
            oldest = next(iter(self.values))
            del self.values[oldest]


# tests
c = Cache(2)
c.put("a", 1)
c.put("b", 2)
assert c.get("a") == 1
c.put("c", 3)
assert c.get("b") is None
assert (c.get("a"), c.get("c"), c.get("x", 9)) == (1, 3, 9)
c.put("a", 5)
assert c.get("a") == 5 and len(c.values) == 2
''',
    '''
def run_length(text):
    """Encode runs: "aaab" gives [("a", 3), ("b", 1)]."""
    runs = []
    for char in text:
        if runs and runs[-1][0] == char:
            runs[-1] = (char, runs[-1][1] + 1)
        else:
            runs.append((char, 1))
    return runs


def expand(runs):
    """Undo `run_length`."""
    return "".join(char * count for char, count in runs)


# tests
assert run_length("aaab") == [("a", 3), ("b", 1)]
assert run_length("") == []
assert expand(run_length("xxyyyz")) == "xxyyyz"
''',
    '''
def shortest_path(graph, start, goal):
    """The path with fewest steps in a dict of neighbours, as a list; None if there is none."""
    paths = [[start]]
    seen = {start}
    while paths:
        path = paths.pop(0)
        if path[-1] == goal:
            return path
        for neighbour in graph.get(path[-1], []):
            if neighbour not in seen:
                seen.add(neighbour)
                paths.append([*path, neighbour])
    return None


# tests
g = {"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": ["e"]}
assert shortest_path(g, "a", "e") in (["a", "b", "d", "e"], ["a", "c", "d", "e"])
assert shortest_path(g, "a", "a") == ["a"]
assert shortest_path(g, "e", "a") is None
''',
    '''
def format_table(rows, header):
    """Lay out rows under a header in columns, each as wide as its widest cell, two blanks apart.

    Lines have no blanks at their ends.
    """
    table = [header, *[[str(cell) for cell in row] for row in rows]]
    widths = [max(len(row[column]) for row in table) for column in range(len(header))]
    lines = []
    for row in table:
        cells = [cell.ljust(width) for cell, width in zip(row, widths)]
        lines.append("  ".join(cells).rstrip())
    return "\\n".join(lines)


# tests
assert format_table([[1, "abc"], [22, "d"]], ["n", "text"]) == "n   text\\n1   abc\\n22  d"
assert format_table([], ["a", "bb"]) == "a  bb"
''',
    '''
def luhn(number):
    """Whether a card number, digits and blanks, has the right check digit (Luhn)."""
    digits = [int(char) for char in number if char.isdigit()]
    total = 0
    for position, digit in enumerate(reversed(digits)):
        if position % 2 == 1:
            digit *= 2
            if digit > 9:
                digit -= 9
        total += digit
    return bool(digits) and total % 10 == 0


# tests
assert luhn("4539 1488 0343 6467")
assert not luhn("8273 1232 7352 0569")
assert not luhn("")
''',
    '''
class Account:
    """Money in cents, with a history of what came and went."""

    def __init__(self, owner):
        self.owner = owner
        self.balance = 0
        self.history = []

    def deposit(self, cents):
        if cents <= 0:
            raise ValueError("a deposit must be positive")
        self.balance += cents
        self.history.append(("deposit", cents))

    def withdraw(self, cents):
        if cents <= 0:
            raise ValueError("a withdrawal must be positive")
        if cents > self.balance:
            raise ValueError("not enough money")
        self.balance -= cents
        self.history.append(("withdrawal", cents))


# tests
a = Account("Ada")
a.deposit(500)
a.withdraw(200)
assert a.balance == 300
assert a.history == [("deposit", 500), ("withdrawal", 200)]
for action, cents in ((a.deposit, 0), (a.withdraw, -1), (a.withdraw, 301)):
    try:
        action(cents)
    except ValueError:
        pass
    else:
        raise AssertionError(cents)
assert a.balance == 300
''',
    '''
def diff(old, new):
    """What was added, removed and changed from one dict to another."""
    added = {key: new[key] for key in new if key not in old}
    removed = {key: old[key] for key in old if key not in new}
    changed = {}
    for key in old:
        if key in new and old[key] != new[key]:
            changed[key] = (old[key], new[key])
    return added, removed, changed


# tests
assert diff({"a": 1, "b": 2, "c": 3}, {"b": 2, "c": 4, "d": 5}) == (
    {"d": 5}, {"a": 1}, {"c": (3, 4)})
assert diff({}, {}) == ({}, {}, {})
''',
    '''
def tokenize(expression):
    """Split an arithmetic expression into numbers (as floats), operators and parentheses."""
    tokens = []
    index = 0
    while index < len(expression):
        char = expression[index]
        if char.isspace():
            index += 1
        elif char.isdigit() or char == ".":
            end = index
            while end < len(expression) and (expression[end].isdigit() or expression[end] == "."):
                end += 1
            tokens.append(float(expression[index:end]))
            index = end
        elif char in "+-*/()":
            tokens.append(char)
            index += 1
        else:
            raise ValueError(f"unexpected {char!r}")
    return tokens


# tests
assert tokenize("1.5 + (20*3)") == [1.5, "+", "(", 20.0, "*", 3.0, ")"]
assert tokenize("") == []
try:
    tokenize("1 $ 2")
except ValueError:
    pass
else:
    raise AssertionError
''',
    '''
def binary_search(items, target):
    """The index of `target` in sorted items, -1 if it is not there."""
    low, high = 0, len(items) - 1
    while low <= high:
        middle = (low + high) // 2
        if items[middle] == target:
            return middle
        if items[middle] < target:
            low = middle + 1
        else:
            high = middle - 1
    return -1


# tests
for n in range(8):
    items = [2 * i for i in range(n)]
    for i, item in enumerate(items):
        assert binary_search(items, item) == i
    assert binary_search(items, 3) == -1 and binary_search(items, 99) == -1
''',
    '''
def slugify(title, longest=40):
    """Lower-case words of letters and digits, joined by hyphens, cut at a word's end."""
    words = []
    word = ""
    for char in title.lower():
        if char.isalnum():
            word += char
        elif word:
            words.append(word)
            word = ""
    if word:
        words.append(word)
    slug = ""
    for word in words:
        longer = f"{slug}-{word}" if slug else word
        if len(longer) > longest:
            break
        slug = longer
    return slug


# tests
assert slugify("Hello, World!") == "hello-world"
assert slugify("one two three", longest=8) == "one-two"
assert slugify("  ") == ""
''',
    '''
class Matrix:
    """A matrix of numbers, as a list of rows."""

    def __init__(self, rows):
        self.rows = [list(row) for row in rows]

    def __eq__(self, other):
        return isinstance(other, Matrix) and self.rows == other.rows

    def __add__(self, other):
        return Matrix(
            [a + b for a, b in zip(mine, theirs)]
            for mine, theirs in zip(self.rows, other.rows)
        )

    def __mul__(self, other):
        columns = list(zip(*other.rows))
        return Matrix(
            [sum(a * b for a, b in zip(row, column)) for column in columns]
            for row in self.rows
        )


# tests
a, b = Matrix([[1, 2], [3, 4]]), Matrix([[0, 1], [1, 0]])
assert a + b == Matrix([[1, 3], [4, 4]])
assert a * b == Matrix([[2, 1], [4, 3]])
assert a != [[1, 2], [3, 4]]
''',
    '''
def retry(action, attempts=3, errors=(Exception,)):
    """Call `action` until it does not raise one of the errors, at most so often.

    The last error is raised.
    """
    for attempt in range(attempts):
        try:
            return action()
        except errors:
            if attempt == attempts - 1:
                raise


# tests
calls = []
def flaky():
    calls.append(1)
    if len(calls) < 3:
        raise KeyError
    return "done"
assert retry(flaky) == "done" and len(calls) == 3
calls.clear()
try:
    retry(flaky, attempts=2)
except KeyError:
    assert len(calls) == 2
else:
    raise AssertionError
calls.clear()
try:
    retry(flaky, errors=(ValueError,))
except KeyError:
    assert len(calls) == 1
else:
    raise AssertionError
''',
    '''
def flatten(nested):
    """All items of lists and tuples within each other, in order."""
    flat = []
    for item in nested:
        if isinstance(item, (list, tuple)):
            flat.extend(flatten(item))
        else:
            flat.append(item)
    return flat


def depth(nested):
    """How many lists or tuples are within each other; 0 for what is neither."""
    if not isinstance(nested, (list, tuple)):
        return 0
    return 1 + max((depth(item) for item in nested), default=0)


# tests
assert flatten([1, [2, (3, [4])], "ab"]) == [1, 2, 3, 4, "ab"]
assert [depth(x) for x in (5, [], [1, [2, [3]]])] == [0, 1, 3]
''',
    '''
def histogram(values, bins, low, high):
    """Count values in equally wide bins from low to high; what lies outside is left out.

    The highest value belongs to the last bin.
    """
    counts = [0] * bins
    width = (high - low) / bins
    for value in values:
        if value < low or value > high:
            continue
        index = min(int((value - low) / width), bins - 1)
        counts[index] += 1
    return counts


# tests
assert histogram([0, 1, 2, 3, 4, 9, -1], 2, 0, 4) == [2, 3]
assert histogram([], 3, 0, 1) == [0, 0, 0]
''',
    '''
class Scheduler:
    """Runs tasks in the order of their times; equal times in the order they came."""

    def __init__(self):
        self.tasks = []
        self.now = 0

    def at(self, time, name):
        if time < self.now:
            raise ValueError("that time has passed")
        position = len(self.tasks)
        while position > 0 and self.tasks[position - 1][0] > time:
            position -= 1
        self.tasks.insert(position, (time, name))

    def run_until(self, time):
        done = []
        while self.tasks and self.tasks[0][0] <= time:
            self.now, name = self.tasks.pop(0)
            done.append(name)
        self.now = time
        return done


# tests
s = Scheduler()
s.at(5, "b")
s.at(1, "a")
s.at(5, "c")
s.at(9, "d")
assert s.run_until(5) == ["a", "b", "c"]
try:
    s.at(4, "x")
except ValueError:
    pass
else:
    raise AssertionError
assert s.run_until(20) == ["d"] and s.now == 20
''',
    '''
def balanced(text):
    """Whether brackets of all three kinds are closed in the right order."""
    pairs = {")": "(", "]": "[", "}": "{"}
    open_brackets = []
    for char in text:
        if char in pairs.values():
            open_brackets.append(char)
        elif char in pairs:
            if not open_brackets or open_brackets.pop() != pairs[char]:
                return False
    return not open_brackets


# tests
assert balanced("a[b(c){d}]") and balanced("")
assert not any(map(balanced, ("(", ")", "(]", "([)]")))
''',
    '''
def moving_average(values, size):
    """The mean of each `size` neighbouring values; fewer values than that give none."""
    if size <= 0:
        raise ValueError("size must be positive")
    averages = []
    total = 0.0
    for index, value in enumerate(values):
        total += value
        if index >= size:
            total -= values[index - size]
        if index >= size - 1:
            averages.append(total / size)
    return averages


# tests
assert moving_average([1, 2, 3, 4], 2) == [1.5, 2.5, 3.5]
assert moving_average([1], 2) == []
assert moving_average([5, 7], 1) == [5.0, 7.0]
try:
    moving_average([1], 0)
except ValueError:
    pass
else:
    raise AssertionError
''',
    '''
def caesar(text, shift):
    """Shift letters in the alphabet, each case by itself; all else stays."""
    shifted = []
    for char in text:
        if char.isascii() and char.isalpha():
            base = ord("a") if char.islower() else ord("A")
            shifted.append(chr((ord(char) - base + shift) % 26 + base))
        else:
            shifted.append(char)
    return "".join(shifted)


# tests
assert caesar("Hello, xyz!", 3) == "Khoor, abc!"
assert caesar(caesar("Any Text", 11), -11) == "Any Text"
''',
]
