"""The rules of the house style: each takes a module and yields complaints, "path:line: what"."""

import ast
import re
from collections.abc import Callable, Iterator

from tests.house.source import Module

CORE_LIBRARY = {
    "bisect", "collections", "contextlib", "copy", "dataclasses", "datetime", "decimal", "enum", "fractions",
    "functools", "hashlib", "heapq", "hmac", "itertools", "json", "math", "operator", "re", "struct", "types",
    "typing", "unicodedata", "zlib", "thecal", "__future__",
}  # fmt: skip
CORE_DOORS = {("wand.messages", "cbor2"), ("wand.seal", "cryptography"), ("wand.handshake", "lakers")}
CLINIC_MAY_NOT_IMPORT = {"wand", "body", "mechanism", "catheter", "trials"}
WORLD = {"time", "random", "secrets", "uuid", "socket", "threading", "asyncio", "logging", "subprocess", "signal"}
# Where the world comes in, so that everything else can be handed it: a link waits for bytes, a pump may be a process
# of its own, and a new rehearsal draws its keys once.
WORLD_DOORS = (
    ("programmer.links", {"socket", "time"}),
    ("rehearsal.host", {"asyncio", "signal", "socket", "time"}),
    ("rehearsal.world.world", {"secrets"}),
)
WORLD_ATTRIBUTE = re.compile(
    r"(\w+\.)*((datetime|date|timezone)\.(now|utcnow|today)|os\.(environ|getenv|urandom)|sys\.argv)"
)
WEB = {"django", "allauth", "django_htmx", "whitenoise"}
NUMBER = re.compile(r"(int|float)( \| None)?")
BARE_QUANTITY = re.compile(
    r"(^|_)(volume|rate|dose|time|duration|interval|mass|concentration|elapsed|delay|residual|reservoir|delivered)$"
)

Rule = Callable[[Module], Iterator[str]]


def quantities_carry_their_units(found: Module) -> Iterator[str]:
    """Fields and parameters that are numbers end in a unit, never in the bare name of a quantity."""
    for node in ast.walk(found.tree):
        if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
            name = node.arg if isinstance(node, ast.arg) else ast.unparse(node.target)
            if NUMBER.fullmatch(ast.unparse(node.annotation)) and BARE_QUANTITY.search(name.lower()):
                yield f"{found.path}:{node.lineno}: {name} does not say its unit"


def arithmetic_is_whole(found: Module) -> Iterator[str]:
    """No true division and no float: what is delivered is counted."""
    for node in ast.walk(found.tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
            yield f"{found.path}:{line}: true division"
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield f"{found.path}:{line}: the float {node.value}"
        if isinstance(node, ast.Name) and node.id == "float":
            yield f"{found.path}:{line}: float"


def functions_fit_a_page(found: Module) -> Iterator[str]:
    """At most 60 lines."""
    for node in ast.walk(found.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > 60:
                yield f"{found.path}:{node.lineno}: {node.name} has {lines} lines"


def files_fit_a_room(found: Module) -> Iterator[str]:
    """At most 400 lines, and something in them."""
    lines = len(found.text.splitlines())
    if lines > 400:
        yield f"{found.path}: {lines} lines"
    docstring = ast.get_docstring(found.tree) is not None
    if not found.path.endswith("__init__.py") and len(found.tree.body) <= int(docstring):
        yield f"{found.path}: nothing in it"


def nothing_comes_from_the_world(found: Module) -> Iterator[str]:
    """No clock, chance, environment or file: all of it is handed in."""
    for line, name in imports(found):
        top = name.split(".")[0]
        if top in WORLD and not any(found.name.startswith(door) and top in let_in for door, let_in in WORLD_DOORS):
            yield f"{found.path}:{line}: imports {name}"
    for node in ast.walk(found.tree):
        if isinstance(node, ast.Attribute) and WORLD_ATTRIBUTE.fullmatch(ast.unparse(node)):
            yield f"{found.path}:{node.lineno}: {ast.unparse(node)}"


def nothing_opens_a_file(found: Module) -> Iterator[str]:
    """The core reads and writes nothing."""
    for node in ast.walk(found.tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in {"open", "print", "input"}
        ):
            yield f"{found.path}:{node.lineno}: {node.func.id}()"


def the_core_stands_alone(found: Module) -> Iterator[str]:
    """The quiet part of the standard library, and one library at each of three doors."""
    for line, name in imports(found):
        top = name.split(".")[0]
        if top not in CORE_LIBRARY and (found.name, top) not in CORE_DOORS:
            yield f"{found.path}:{line}: imports {name}"


def the_clinic_knows_no_truth(found: Module) -> Iterator[str]:
    """Of the rooms below it takes none that knows what truly flowed, or a later room for populations."""
    for line, name in imports(found):
        if name.startswith(tuple(f"thecal.{room}" for room in CLINIC_MAY_NOT_IMPORT)):
            yield f"{found.path}:{line}: imports {name}"


def the_web_stays_in_the_clinic(found: Module) -> Iterator[str]:
    """Django and its kin are nowhere else."""
    for line, name in imports(found):
        if name.split(".")[0] in WEB:
            yield f"{found.path}:{line}: imports {name}"


def a_test_says_what_must_be_true(found: Module) -> Iterator[str]:
    """Every test has a docstring."""
    for node in ast.walk(found.tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not ast.get_docstring(node):
            yield f"{found.path}:{node.lineno}: {node.name} does not say what must be true"


def imports(found: Module) -> Iterator[tuple[int, str]]:
    """(Line, dotted name) of everything that an import statement may mean. Ours are absolute: ruff sees to it."""
    for node in ast.walk(found.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            yield node.lineno, node.module or ""
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
