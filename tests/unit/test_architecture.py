"""The map of the tree stays true: imports and includes only point downwards and never in a circle.

A room is a file or folder directly below `pynn_neuro/` or `csrc/`. Each room has a level; a file may use
rooms of lower levels, and of its own level as long as no circle arises. A new room needs a line in a table.
"""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "pynn_neuro"

PYTHON_LEVELS = {
    "__init__": 8,
    "spinnaker": 8,
    "loihi": 8,
    "cli": 7,
    "stand_in": 7,
    "figures": 7,
    "reports": 6,
    "networks": 6,
    "control": 5,
    "populations": 5,
    "projections": 5,
    "rewiring": 5,
    "connectors": 5,
    "native": 5,
    "recording": 5,
    "streaming": 5,
    "procedural_api": 5,
    "standardmodels": 4,
    "learning": 4,
    "extra_models": 5,
    "array_parameters": 4,
    "spike_trains": 4,
    "tables": 4,
    "notebook": 4,
    "simulator": 3,
    "expressions": 3,
    "_engine": 2,
    "platforms": 2,
    "sections": 1,
    "findings": 1,
    "rounding": 1,
    "checks": 1,
    "docstrings": 1,
    "connection_files": 1,
    "errors": 0,
}
C_LEVELS = {
    "neuro": 4,
    "neuro_connect": 4,
    "neuro_count": 4,
    "neuro_currents": 4,
    "neuro_find": 4,
    "neuro_models": 4,
    "neuro_populations": 4,
    "neuro_projections": 4,
    "neuro_recording": 4,
    "neuro_rewiring": 4,
    "neuro_synapse": 4,
    "neuro_tables": 4,
    "neuro_tallies": 4,
    "run": 3,
    "exact": 2,
    "spinnaker": 2,
    "loihi": 2,
    "engine": 1,
    "core": 0,
}
PLATFORMS = ("exact", "spinnaker", "loihi")

# Arrows that the levels would allow and the design does not: (from, to), as beginnings of a node's name.
PYTHON_FORBIDDEN = [
    *((f"platforms.{a}", f"platforms.{b}") for a in PLATFORMS for b in PLATFORMS if a != b),
]
C_FORBIDDEN = [(f"{a}/", f"{b}/") for a in PLATFORMS for b in PLATFORMS if a != b]

# These know no platform, so that a new one needs no line in them.
WITHOUT_PLATFORM_NAMES = [
    "csrc/core/**/*.[ch]",
    "csrc/engine/**/*.[ch]",
    "csrc/run.[ch]",
    "pynn_neuro/populations/*.py",
    "pynn_neuro/projections/*.py",
    "pynn_neuro/recording.py",
]
PLATFORM_NAME = re.compile(rf"(?<![a-z])({'|'.join(PLATFORMS)})(?![a-z])", re.IGNORECASE)


# --- reading the trees ------------------------------------------------------------------------------------


def python_files(folder):
    """Node name to paths; a .pyx and its .pxd are one node, a package is called after its folder."""
    nodes = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix not in (".py", ".pyx", ".pxd"):
            continue
        parts = path.relative_to(folder).with_suffix("").parts
        if len(parts) > 1 and parts[-1] == "__init__":
            parts = parts[:-1]
        nodes.setdefault(".".join(parts), []).append(path)
    return nodes


def import_statements(path):
    """Yield (number of leading dots, module, names) of every import in a file, also inside functions."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        for statement in ast.walk(ast.parse(text)):
            if isinstance(statement, ast.Import):
                for alias in statement.names:
                    yield 0, alias.name, []
            elif isinstance(statement, ast.ImportFrom):
                yield statement.level, statement.module or "", [alias.name for alias in statement.names]
        return
    for match in re.finditer(r"^[ \t]*c?import[ \t]+([\w., \t]+)", text, re.MULTILINE):
        for name in match.group(1).split(","):
            yield 0, name.split()[0], []
    statement = re.compile(
        r"^[ \t]*from[ \t]+(\.*)([\w.]*)[ \t]+c?import[ \t]+(\([^)]*\)|[^\n]*)", re.MULTILINE
    )
    for match in statement.finditer(text):
        names = re.sub(r"#[^\n]*", "", match.group(3)).strip("() \t\n")
        yield (
            len(match.group(1)),
            match.group(2),
            [part.split()[0] for part in names.split(",") if part.strip()],
        )


def python_arrows(folder):
    """Set of (user, used) nodes of a package; imports of other packages are left out."""
    nodes = python_files(folder)
    arrows = set()
    for node, paths in nodes.items():
        for path in paths:
            # A package's own file counts its dots from the package itself.
            inside = [*node.split("."), "x"] if path.stem == "__init__" else node.split(".")
            if node == "__init__":
                inside = ["x"]
            for dots, module, names in import_statements(path):
                if dots:
                    base = inside[: len(inside) - dots] + [part for part in module.split(".") if part]
                elif module.split(".")[0] == folder.name:
                    base = module.split(".")[1:]
                else:
                    continue
                for name in names or [None]:
                    used = ".".join([*base, name] if name else base)
                    if used not in nodes:
                        used = ".".join(base) or "__init__"
                    arrows.add((node, used))
                    # Importing a.b runs a first, unless the importing module lies in a itself.
                    for end in range(1, used.count(".") + 1):
                        parent = ".".join(used.split(".")[:end])
                        if parent in nodes and not f"{node}.".startswith(f"{parent}."):
                            arrows.add((node, parent))
    return {(user, used) for user, used in arrows if user != used}


def c_arrows(folder):
    """Set of (file, included file) of a C tree, as paths relative to it."""
    arrows = set()
    for path in sorted(folder.rglob("*.[ch]")):
        user = path.relative_to(folder).as_posix()
        text = path.read_text(encoding="utf-8")
        for included in re.findall(r'^[ \t]*#[ \t]*include[ \t]*"([^"]+)"', text, re.MULTILINE):
            beside = path.parent / included
            if not (folder / included).exists() and beside.exists():
                included = beside.resolve().relative_to(folder.resolve()).as_posix()
            arrows.add((user, included))
    return arrows


# --- judging them -----------------------------------------------------------------------------------------


def python_room(node):
    return node.split(".")[0]


def c_room(path):
    return path.split("/")[0].rsplit(".", 1)[0]


def upward_arrows(arrows, levels, room):
    """Sentences about arrows that point upwards or touch a room that has no level."""
    problems = []
    for user, used in sorted(arrows):
        missing = [name for name in (user, used) if room(name) not in levels]
        if missing:
            problems.append(f"{user} uses {used}: {missing[0]} is in no room of the table")
        elif levels[room(used)] > levels[room(user)]:
            problems.append(f"{user} (level {levels[room(user)]}) uses {used} (level {levels[room(used)]})")
    return problems


def circle(arrows):
    """One circle as a list of nodes that begins and ends with the same one, or an empty list."""
    uses = {}
    for user, used in sorted(arrows):
        if user != used:
            uses.setdefault(user, []).append(used)
    finished = set()

    def visit(node, trail):
        if node in trail:
            return [*trail[trail.index(node) :], node]
        if node in finished:
            return []
        for used in uses.get(node, []):
            found = visit(used, [*trail, node])
            if found:
                return found
        finished.add(node)
        return []

    for node in list(uses):
        found = visit(node, [])
        if found:
            return found
    return []


def forbidden_arrows(arrows, forbidden):
    return [
        f"{user} uses {used}"
        for user, used in sorted(arrows)
        for start, end in forbidden
        if user.startswith(start) and used.startswith(end)
    ]


PYTHON_ARROWS = python_arrows(ROOT / PACKAGE)
C_ARROWS = c_arrows(ROOT / "csrc")


def without_comments(text):
    return re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.DOTALL)


# --- the tree ---------------------------------------------------------------------------------------------


def test_every_python_module_has_a_level():
    assert [node for node in python_files(ROOT / PACKAGE) if python_room(node) not in PYTHON_LEVELS] == []


def test_every_c_file_has_a_level():
    files = [path.relative_to(ROOT / "csrc").as_posix() for path in (ROOT / "csrc").rglob("*.[ch]")]
    assert files
    assert [name for name in files if c_room(name) not in C_LEVELS] == []


def test_every_room_of_the_tables_is_there():
    rooms = {python_room(node) for node in python_files(ROOT / PACKAGE)}
    assert sorted(set(PYTHON_LEVELS) - rooms) == []
    rooms = {c_room(path.relative_to(ROOT / "csrc").as_posix()) for path in (ROOT / "csrc").rglob("*.[ch]")}
    assert sorted(set(C_LEVELS) - rooms) == []


def test_the_page_for_developers_names_every_python_room():
    text = (ROOT / "docs" / "developing.md").read_text(encoding="utf-8")
    assert [room for room in PYTHON_LEVELS if not re.search(rf"`{room}(\.py|/)?`", text)] == []


def test_python_imports_point_downwards():
    assert upward_arrows(PYTHON_ARROWS, PYTHON_LEVELS, python_room) == []


def test_c_includes_point_downwards():
    assert upward_arrows(C_ARROWS, C_LEVELS, c_room) == []


def test_python_imports_have_no_circle():
    assert circle(PYTHON_ARROWS) == []


def test_python_rooms_have_no_circle():
    assert circle({(python_room(user), python_room(used)) for user, used in PYTHON_ARROWS}) == []


def test_c_includes_have_no_circle():
    assert circle(C_ARROWS) == []


def test_c_rooms_have_no_circle():
    assert circle({(c_room(user), c_room(used)) for user, used in C_ARROWS}) == []


def test_python_modules_keep_their_distance():
    assert forbidden_arrows(PYTHON_ARROWS, PYTHON_FORBIDDEN) == []


def test_c_platforms_do_not_know_each_other():
    assert forbidden_arrows(C_ARROWS, C_FORBIDDEN) == []


def test_quoted_includes_name_files_of_the_tree():
    assert [arrow for arrow in sorted(C_ARROWS) if not (ROOT / "csrc" / arrow[1]).exists()] == []


def test_engine_knows_neither_python_nor_numpy():
    texts = {path: path.read_text(encoding="utf-8") for path in (ROOT / "csrc").rglob("*.[ch]")}
    wrong = re.compile(r'#[ \t]*include[ \t]*[<"](Python\.h|numpy/)')
    assert [str(path) for path, text in texts.items() if wrong.search(text)] == []


def test_engine_prints_nothing():
    """Only text written into a buffer is allowed: the engine's words reach the user as exceptions."""
    printing = re.compile(r"\b(printf|vprintf|fprintf|vfprintf|puts|fputs|putchar|perror)[ \t]*\(")
    wrong = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "csrc").rglob("*.[ch]")
        if printing.search(without_comments(path.read_text(encoding="utf-8")))
    ]
    assert wrong == []


def test_engine_computes_its_own_transcendental_functions():
    """libm's differ between machines; sqrt, fabs, floor and the like are exact by IEEE 754 and allowed."""
    inexact = (
        "exp|exp2|expm1|log|log2|log10|log1p|pow|sin|cos|tan|sinh|cosh|tanh|tgamma|lgamma|cbrt|hypot|erf"
    )
    calls = re.compile(rf"(?<![\w.>])({inexact})f?[ \t]*\(")
    wrong = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "csrc").rglob("*.[ch]")
        if calls.search(without_comments(path.read_text(encoding="utf-8")))
    ]
    assert wrong == []


def test_only_the_binding_reads_the_engine_and_only_its_public_face():
    externs = {
        (path.name, header)
        for path in (ROOT / PACKAGE).rglob("*.p[yx][xd]")
        for header in re.findall(r'cdef extern from "([^"]+)"', path.read_text(encoding="utf-8"))
        if (ROOT / "csrc" / header).exists()
    }
    assert {header for _, header in externs} == {"neuro.h"}
    assert {name for name, _ in externs} <= {"_engine.pyx", "_engine.pxd"}


@pytest.mark.parametrize("pattern", WITHOUT_PLATFORM_NAMES)
def test_no_platform_is_named_where_all_platforms_meet(pattern):
    paths = sorted(ROOT.glob(pattern))
    assert paths, f"{pattern} fits no file; correct the list"
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if PLATFORM_NAME.search(line)
    ]
    assert found == []


# --- the judges themselves --------------------------------------------------------------------------------


def write_tree(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def test_an_import_inside_a_function_is_seen(tmp_path):
    package = write_tree(
        tmp_path / "house",
        {
            "__init__.py": "",
            "low.py": "def f():\n    from .attic import roof\n",
            "attic.py": "",
        },
    )

    arrows = python_arrows(package)

    assert arrows == {("low", "attic")}
    assert upward_arrows(arrows, {"low": 0, "attic": 1}, python_room) == [
        "low (level 0) uses attic (level 1)"
    ]


def test_relative_and_absolute_imports_resolve_to_the_same_module(tmp_path):
    package = write_tree(
        tmp_path / "house",
        {
            "__init__.py": "from . import low\n",
            "low.py": "import math\n",
            "room/__init__.py": "from .chair import Chair\n",
            "room/chair.py": "from .. import low\nfrom ..low import a\nimport house.low\n",
            "room/table.py": "from house import low\n",
            "attic.py": "from .room.chair import Chair\n",
        },
    )

    assert python_arrows(package) == {
        ("__init__", "low"),
        ("room", "room.chair"),
        ("room.chair", "low"),
        ("room.table", "low"),
        ("attic", "room.chair"),
        ("attic", "room"),
    }


def test_imports_of_a_cython_module_are_seen(tmp_path):
    package = write_tree(
        tmp_path / "house",
        {
            "cellar.pyx": "cimport cython\nfrom . import low, attic as b\nfrom .room cimport (\n  a,\n  c)\n",
            "cellar.pxd": 'cdef extern from "x.h":\n    int f()\n',
            "low.py": "",
            "attic.py": "",
            "room.pxd": "",
        },
    )

    assert python_arrows(package) == {("cellar", "low"), ("cellar", "attic"), ("cellar", "room")}


def test_an_include_is_found_from_the_root_and_beside_the_file(tmp_path):
    tree = write_tree(
        tmp_path / "c",
        {
            "core/a.h": "",
            "core/b.c": '#include "core/a.h"\n#include <math.h>\n',
            "core/c.c": '# include "a.h"\n',
            "run.c": '#include "neuro.h"\n',
            "neuro.h": "",
        },
    )

    arrows = c_arrows(tree)

    assert arrows == {("core/b.c", "core/a.h"), ("core/c.c", "core/a.h"), ("run.c", "neuro.h")}
    assert upward_arrows(arrows, C_LEVELS, c_room) == ["run.c (level 3) uses neuro.h (level 4)"]


def test_a_circle_is_found_and_a_diamond_is_none():
    assert circle({("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")}) == []
    assert circle({("a", "b"), ("b", "c"), ("c", "b")}) == ["b", "c", "b"]


def test_a_room_without_a_level_is_reported():
    assert upward_arrows({("a", "core/x.h")}, {"a": 1}, c_room) == [
        "a uses core/x.h: core/x.h is in no room of the table"
    ]


def test_platforms_that_know_each_other_are_reported():
    assert forbidden_arrows({("exact/a.c", "loihi/b.h"), ("exact/a.c", "core/c.h")}, C_FORBIDDEN) == [
        "exact/a.c uses loihi/b.h"
    ]


@pytest.mark.parametrize("line", ["exact_init(x)", "/* as on SpiNNaker */", "LOIHI = 1", "exact"])
def test_a_platform_name_is_recognised(line):
    assert PLATFORM_NAME.search(line)


@pytest.mark.parametrize("line", ["exactly one", "inexact", "an exacting test"])
def test_a_word_that_only_contains_a_platform_name_is_none(line):
    assert not PLATFORM_NAME.search(line)
