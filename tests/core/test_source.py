"""Data and places against PyYAML's composer and the json module; faults of the text itself; odd and hostile texts."""

from __future__ import annotations

import gc
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from planner.core.diagnostics import Span, render
from planner.core.faults import FAULTS, MAX_BYTES
from planner.core.num import Num
from planner.core.scalars import resolve
from planner.core.source import Map, Seq, Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.core.source import Path

CODES = {fault.code for fault in FAULTS}

PIECES = [
    *(
        "a",
        "b",
        "key",
        "no",
        "x y",
        "0.5",
        "1e3",
        "~",
        "true",
        "é",
        "😀",
        "\x85",
        "\u2028",
        "\ufeff",
        "\x0c",
        "\\",
        "\\n",
    ),
    *(
        ": ",
        ":",
        "- ",
        "-",
        "? ",
        ", ",
        ",",
        "{",
        "}",
        "[",
        "]",
        '"',
        "'",
        "|",
        ">",
        "|\n",
        ">-\n",
        "#",
        " # c",
        "%",
        "@",
    ),
    *(
        "&a ",
        "*a",
        "!t ",
        "! ",
        "<<: ",
        "---\n",
        "...\n",
        " ",
        "  ",
        "    ",
        "\t",
        "\n",
        "\n  ",
        "\n    ",
        "\r\n",
        "\r",
    ),
]
soups = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)

words = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\ufeff\ufffe\uffff"),
    max_size=12,
)
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**12), 10**12), st.floats(allow_nan=False, allow_infinity=False), words
)
documents = st.dictionaries(
    words,
    st.recursive(
        scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4), max_leaves=20
    ),
    max_size=5,
)


def read(text: str | bytes, path: str = "test.yaml") -> Source:
    return Source.from_text(text, path=path)


def codes(text: str | bytes, path: str = "test.yaml") -> list[str]:
    return [diagnostic.code for diagnostic in read(text, path).diagnostics]


def marked(text: str | bytes, path: str = "test.yaml") -> list[tuple[str, str]]:
    """Return code and marked text of every fault."""
    source = read(text, path)
    return [(d.code, source.text[d.span.start : d.span.end]) for d in source.diagnostics]


def paths(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    yield path, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in items:
        yield from paths(below, (*path, key))


def sliced(source: Source, span: Span) -> str:
    return source.text[span.start : span.end]


# --- the same data as others read ---------------------------------------------------------------------------


def plain(node: Any) -> Any:
    """Return the data of a PyYAML node, its scalars by the rules of YAML 1.2."""
    if isinstance(node, yaml.MappingNode):
        return {key.value: plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [plain(item) for item in node.value]
    return node.value if node.style else resolve(node.value)[0]


def nodes(node: yaml.Node, path: Path = ()) -> Iterator[tuple[Path, yaml.Node, yaml.Node | None]]:
    """Yield path, value node and key node of everything below a node."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield (*path, key.value), value, key
            yield from nodes(value, (*path, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            yield (*path, place), value, None
            yield from nodes(value, (*path, place))


def ends(node: Any, text: str) -> int:
    """Return where a node ends: one without brackets with the last thing that it holds."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style:
        last = node.value[-1]
        end = ends(last[1] if isinstance(last, tuple) else last, text)
        return max(len(text[:end].rstrip(" \t\r\n")), node.start_mark.index)
    end = node.end_mark.index
    if isinstance(node, yaml.ScalarNode) and node.style in {"|", ">"}:
        end = len(text[:end].rstrip(" \t\r\n"))
    return int(end)


@given(soups)
@example("a: |\n  text\n # comment\nb: 1\n")
@example("a: |1\n   text\n # text\nb: 1\n")
@example("a: >-\n\n\n  text\n\n# c\n")
@example("a:\n  b: {c: 1} # }\n")
@example("- 'it''s'\n- \"\\\"\"\n")
@example("? a\n? b\n")
@example("a: b\n  c\n  d # e\n")
@example("|\n#")
@example("{\"a:b\": \"\", 'c:d': ''}")
@example("😀: {😀: [😀, 😀]}\n")
@settings(max_examples=400)
def test_data_and_places_are_those_of_the_composer(soup: str) -> None:
    text = f"top:\n  - {soup}"
    source = read(text)
    if source.diagnostics or any(char in text for char in "\x85\u2028\ufeff"):
        return
    root = yaml.compose(text, Loader=yaml.CLoader)
    assert root is not None
    assert source.data == plain(root)
    for path, value, key in nodes(root):
        span = source.span(path)
        assert (span.start, span.end) == (value.start_mark.index, ends(value, text)), path
        if key is not None:
            assert source.key_span(path) == Span(key.start_mark.index, ends(key, text)), path


@given(documents, st.sampled_from([None, 0, 2]), st.booleans())
@settings(max_examples=150)
def test_json_gives_the_same_data_as_yaml(document: dict[str, Any], indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(document, indent=indent, ensure_ascii=ascii_only)
    fast = read(text, "test.json")
    assert fast.diagnostics == ()
    assert fast.data == document
    for path, value in paths(fast.data):
        assert type(value) in {Map, Seq, str, Num, bool, type(None)}
        if path:
            assert json.loads(sliced(fast, fast.span(path))) == value
            if isinstance(path[-1], str):
                assert json.loads(sliced(fast, fast.key_span(path))) == path[-1]
    if not ascii_only or "\\ud" not in text:  # YAML has no escapes for half characters
        slow = read("# yaml\n" + text)
        assert slow.diagnostics == ()
        assert slow.data == fast.data
        assert [slow.span(path).start - 7 for path, _ in paths(fast.data)] == [
            fast.span(path).start for path, _ in paths(fast.data)
        ]


@given(documents)
@settings(max_examples=60)
def test_pure_parser_reads_the_same(document: dict[str, Any]) -> None:
    text = "# yaml\n" + json.dumps(document, ensure_ascii=False, indent=1)
    fast = read(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "yaml._yaml", None)
        slow = read(text)
    assert slow.data == fast.data
    assert [slow.span(path) for path, _ in paths(slow.data)] == [fast.span(path) for path, _ in paths(fast.data)]


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.bad], ids=lambda fault: fault.code)
def test_pure_parser_finds_the_same_faults(fault: Any) -> None:
    text = fault.bad.replace("«", "").replace("»", "")
    fast = [(d.code, d.span, d.message) for d in read(text).diagnostics]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "yaml._yaml", None)
        assert [(d.code, d.span, d.message) for d in read(text).diagnostics] == fast


# --- no text makes it fail ----------------------------------------------------------------------------------


def check_anything(text: str | bytes, path: str) -> None:
    source = read(text, path)
    for diagnostic in source.diagnostics:
        assert diagnostic.code in CODES
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(source.text)
        assert diagnostic.help
        for label in diagnostic.related:
            assert 0 <= label.span.start <= label.span.end <= len(source.text)
    if source.data is None:
        assert source.diagnostics
    for path_, _ in paths(source.data):
        assert 0 <= source.key_span(path_).start <= source.span(path_).end <= len(source.text)
    for format_ in ("text", "concise", "json", "github", "sarif"):
        render(source.diagnostics, format_).encode()


@given(st.text() | soups | st.text(alphabet="{}[]:,\"'\\u0dDeE1.+-tfn \n\t"), st.sampled_from(["a.yaml", "a.json"]))
@example("{", "a.yaml")
@example("\ufeff\ufeff", "a.yaml")
@example('{"\\ud800": 1, "\\ud800": 2}', "a.json")
@example('{"a": NaN, "b": -Infinity, "c": 1e999, "c": 1e-999}', "a.json")
@example("&a ? &b\n: *a", "a.yaml")
@settings(max_examples=600)
def test_any_text_is_read(text: str, path: str) -> None:
    check_anything(text, path)


@given(st.binary() | soups.map(lambda text: text.encode("utf-16")), st.sampled_from(["a.yaml", "a.json"]))
@settings(max_examples=200)
def test_any_bytes_are_read(raw: bytes, path: str) -> None:
    check_anything(raw, path)


@given(soups, st.integers(0, 40))
@settings(max_examples=200)
def test_a_broken_scenario_is_read(soup: str, at: int) -> None:
    text = "planner: 1\nnodes:\n  line:\n    options: {a: {to: b}, c: [1, 2]}\n"
    check_anything(text[:at] + soup + text[at:], "a.yaml")
    check_anything(f"{text}  {soup}", "a.yaml")


# --- scalars ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("Off", "Off"),
        ("12:30", "12:30"),
        ("12:30:45", "12:30:45"),
        ("1_000", "1_000"),
        ("2026-11-23", "2026-11-23"),
        ("1e3", 1000.0),
        ("1E+3", 1000.0),
        ("007", 7.0),
        ("0.20", 0.2),
        (".5", 0.5),
        ("5.", 5.0),
        ("+3", 3.0),
        ("-0", 0.0),
        ("~", None),
        ("", None),
        ("null", None),
        ("Null", None),
        ("nULL", "nULL"),
        ("true", True),
        ("TRUE", True),
        ("False", False),
        ("y", "y"),
        ("'1'", "1"),
        ('"~"', "~"),
        ('""', ""),
        ("1 / 3", "1 / 3"),
        ("1.2.3", "1.2.3"),
        (".", "."),
        ("e5", "e5"),
        ("0o8", "0o8"),
        ("0b1", "0b1"),
        ("١٢", "١٢"),
        ("infinity", "infinity"),
        ("nan", "nan"),
    ],
)
def test_plain_scalars(written: str, value: object) -> None:
    source = read(f"a: {written}\n")
    assert source.diagnostics == ()
    assert source.data is not None
    found = source.data["a"]
    assert found == value
    assert type(found) is (Num if isinstance(value, float) else type(value))
    if isinstance(found, Num):
        assert found.text == written


@pytest.mark.parametrize(
    "written", [".inf", "-.Inf", "+.INF", ".nan", ".NaN", "1e999", "-1e999", "1e-999", "0.0e-0001e"]
)
def test_numbers_must_be_finite(written: str) -> None:
    expected = [] if written.endswith("1e") else [("P014", written)]
    assert marked(f"a: {written}\n") == expected


@pytest.mark.parametrize("written", ["0x1F", "0o17"])
def test_other_bases_are_refused(written: str) -> None:
    assert marked(f"a: [{written}]\n") == [("P015", written)]
    assert codes(f"a: '{written}'\n") == []


def test_keys_keep_their_text() -> None:
    source = read("{0.10: 0.5, no: 1, null: 2, true: 3, ~: 4, '<<': 5, 0x1: 6}\n")
    assert source.diagnostics == ()
    assert source.data is not None
    assert list(source.data) == ["0.10", "no", "null", "true", "~", "<<", "0x1"]


# --- places -------------------------------------------------------------------------------------------------

SCENARIO = """\
# head
planner: 1
nodes:
  "line":
    by: [uk, france]   # two
    options:
      engage: {to: 'talks', payoff: -8}

      drift:
        name: >
          Each goes
          its own way

        to: fracture

  # the next
  talks:
    chance: How
      long?
    empty:
tags:
- a
-   b: 1
    c: 2
"""


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("planner",), "1"),
        (("nodes", "line", "by"), "[uk, france]"),
        (("nodes", "line", "by", 1), "france"),
        (("nodes", "line", "options", "engage"), "{to: 'talks', payoff: -8}"),
        (("nodes", "line", "options", "engage", "to"), "'talks'"),
        (("nodes", "line", "options", "engage", "payoff"), "-8"),
        (("nodes", "line", "options", "drift", "name"), ">\n          Each goes\n          its own way"),
        (("nodes", "talks"), "chance: How\n      long?\n    empty:"),
        (("nodes", "talks", "chance"), "How\n      long?"),
        (("nodes", "talks", "empty"), ""),
        (("tags",), "- a\n-   b: 1\n    c: 2"),
        (("tags", 1), "b: 1\n    c: 2"),
        (("tags", 1, "c"), "2"),
    ],
)
def test_span_of_value(path: Path, text: str) -> None:
    source = read(SCENARIO)
    assert source.diagnostics == ()
    assert sliced(source, source.span(path)) == text


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), "planner"),
        (("nodes", "line"), '"line"'),
        (("nodes", "line", "options", "drift"), "drift"),
        (("nodes", "line", "options", "engage", "payoff"), "payoff"),
        (("nodes", "talks", "empty"), "empty"),
        (("nodes", "line", "by", 0), "uk"),
        (("nodes", "line", "missing"), '"line"'),
        (("nodes", "missing", "deep", 3), "nodes"),
        (("missing",), "planner"),
        (("planner", "below"), "planner"),
        (("tags", 7), "tags"),
    ],
)
def test_span_of_key(path: Path, text: str) -> None:
    source = read(SCENARIO)
    assert sliced(source, source.key_span(path)) == text


def test_span_of_missing_value_is_its_nearest_key() -> None:
    source = read(SCENARIO)
    assert sliced(source, source.span(("nodes", "talks", "to"))) == "talks"
    assert source.has(("nodes", "talks", "empty"))
    assert not source.has(("nodes", "talks", "to"))


def test_nothing_has_a_place_without_data() -> None:
    source = read("- a\n")
    assert source.span(()) == source.key_span(("a",)) == Span(0, 0)
    assert not source.has(())


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end: str) -> None:
    source = read(f"a: 1{end}b:{end}  c: x{end}{end}d: 2")
    assert source.data == {"a": 1, "b": {"c": "x"}, "d": 2}
    assert source.position(source.span(("b", "c")).start) == (3, 6)
    assert source.position(len(source.text)) == (5, 5)
    assert [source.line_text(number) for number in range(7)] == ["", "a: 1", "b:", "  c: x", "", "d: 2", ""]


def test_byte_order_mark_is_kept_and_is_no_column() -> None:
    source = read("\ufeffa: 1\na: 2\nb: &x 3\n")
    assert source.text.startswith("\ufeff")
    assert source.data == {"a": 1, "b": 3}
    assert sliced(source, source.span(("b",))) == "3"
    assert source.position(source.key_span(("a",)).start) == (1, 1)
    assert source.position(source.span(("a",)).start) == (1, 4)
    assert source.line_text(1) == "a: 1"
    first, second = source.diagnostics
    assert (first.line, first.column, first.related[0].span) == (2, 1, Span(1, 2))
    assert sliced(source, second.span) == "&x"


@pytest.mark.parametrize("mark", ["\x85", "\u2028", "\u2029"])
def test_separators_of_yaml_1_1_are_letters(mark: str) -> None:
    source = read(f'a: x{mark}y\nb: "{mark}"\n{mark}: 1\n')
    assert source.data == {"a": f"x{mark}y", "b": mark, mark: 1}
    assert source.position(source.span(("b",)).start) == (2, 4)
    assert sliced(source, source.span(("a",))) == f"x{mark}y"


def test_positions_count_characters() -> None:
    source = read("a: {x: 😀, é: [1], e\u0301: 2}\n")
    assert source.position(source.key_span(("a", "e\u0301")).start) == (1, 19)
    assert source.position(-5) == (1, 1)
    assert source.position(10**9) == (2, 1)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a/b/line.yaml", "line"),
        ("C:\\x\\line.v2.json", "line.v2"),
        ("line", "line"),
        (".yaml", ".yaml"),
        ("<stdin>", "scenario"),
    ],
)
def test_name(path: str, name: str) -> None:
    assert read("a: 1", path).name == name


def test_fingerprint_is_that_of_the_bytes() -> None:
    assert read(b"\xef\xbb\xbfa: 1\r\n").fingerprint == read("\ufeffa: 1\r\n").fingerprint
    assert read("a: 1").fingerprint != read("a: 1\n").fingerprint
    assert read("").fingerprint == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


# --- faults -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.bad], ids=lambda fault: fault.code)
def test_table_of_faults(fault: Any) -> None:
    source = read(fault.bad.replace("«", "").replace("»", ""))
    (diagnostic,) = source.diagnostics
    assert (diagnostic.code, diagnostic.slug, diagnostic.severity) == (fault.code, fault.slug, "error")
    assert (diagnostic.span.start, diagnostic.span.end) == (fault.bad.index("«"), fault.bad.index("»") - 1)
    assert codes(fault.good) == []
    assert fault.shown.encode()


def test_codes_are_numbered_through() -> None:
    assert [fault.code for fault in FAULTS] == [f"P{number:03}" for number in range(1, len(FAULTS) + 1)]


def test_all_faults_come_in_one_run() -> None:
    text = "a: &x 1\nb: *x\na: 2\n<<: {c: !!str 3}\nd: .inf\ne: {f:1}\na: 0x1\n"
    assert marked(text) == [
        ("P009", "&x"),
        ("P010", "*x"),
        ("P008", "a"),
        ("P011", "<<"),
        ("P012", "!!str"),
        ("P014", ".inf"),
        ("P021", "f:"),
        ("P008", "a"),
        ("P015", "0x1"),
    ]
    assert read(text).data == {"a": 1, "b": None, "d": ".inf", "e": {"f": 1}}


def test_duplicates_show_both_places_and_keep_the_first() -> None:
    source = read("nodes:\n  a: {x: 1}\n  b: 2\n  'a':\n    y: [1, {z: 2}]\n  c: 3\n  a: 4\n")
    assert source.data == {"nodes": {"a": {"x": 1}, "b": 2, "c": 3}}
    assert [sliced(source, d.span) for d in source.diagnostics] == ["'a'", "a"]
    assert [[label.span.start for label in d.related] for d in source.diagnostics] == [[9], [9]]
    assert sliced(source, source.span(("nodes", "c"))) == "3"
    assert sliced(source, source.span(("nodes", "a"))) == "{x: 1}"


def test_duplicates_before_a_syntax_error() -> None:
    assert marked("a: 1\na: 2\nb: {c: 1, c: 2\n") == [("P008", "a"), ("P020", "{"), ("P008", "c")]


def test_json_faults_have_places_too() -> None:
    assert marked('{"a": 1, "b": {"a": 2, "a": [3]}, "a": NaN}', "x.json") == [
        ("P008", '"a"'),
        ("P008", '"a"'),
        ("P014", "NaN"),
    ]
    assert marked('{"a": "\\ud83dx"}', "x.json") == [("P026", "\\ud83d")]
    assert read('{"a": "\\ud83d\\ude00\\/"}', "x.json").data == {"a": "😀/"}


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ('{"a": 1,}', "P016", "}"),
        ("{'a': 1}", "P016", "'"),
        ('{"a": 1 // x\n}', "P016", "/"),
        ('{"a": "x}', "P019", '"x}'),
        ('{"a": 1', "P020", ""),
        ('{"a": "\\x"}', "P026", "\\"),
        ('{"a": 1} x', "P016", "x"),
        ("[1]", "P005", "[1]"),
        ("3", "P005", "3"),
        (" ", "P004", ""),
        ("a: 1", "P016", "a"),
        ('{"a":' + "[" * 200 + "]" * 200 + "}", "P007", "["),
    ],
)
def test_what_is_no_json(text: str, code: str, place: str) -> None:
    assert marked(text, "x.json") == [(code, place)]


def test_json_on_standard_input() -> None:
    assert read('{"a": "\\ud83d\\ude00"}', "<stdin>").data == {"a": "😀"}
    assert read("{a: 1}", "<stdin>").data == {"a": 1}


@pytest.mark.parametrize("text", ["", "\n\n", "# only\n", "---\n", "--- # x\n...\n", "\ufeff", "   "])
def test_empty_files(text: str) -> None:
    assert codes(text) == ["P004"]


@pytest.mark.parametrize(
    ("text", "place"), [("~", "~"), ("- a\n- b\n\n# x\n", "- a\n- b"), ("x", "x"), ("'a: 1'\n", "'a: 1'")]
)
def test_files_that_are_no_mapping(text: str, place: str) -> None:
    assert marked(text) == [("P005", place)]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("a: é\n".encode("latin-1"), "byte 0xe9 at offset 3 (line 1) is not UTF-8"),
        (b"a: 1\r\nb: \xff", "byte 0xff at offset 9 (line 2) is not UTF-8"),
        ("a: é\n".encode("utf-16"), "the file is UTF-16, not UTF-8"),
        ("planner: 1\n".encode("utf-16-le"), "the file is UTF-16, not UTF-8"),
        ("planner: 1\n".encode("utf-16-be"), "the file is UTF-16, not UTF-8"),
        (b"a: \xed\xa0\x80", "byte 0xed at offset 3 (line 1) is not UTF-8"),
    ],
)
def test_other_encodings(raw: bytes, words: str) -> None:
    (diagnostic,) = read(raw).diagnostics
    assert (diagnostic.code, diagnostic.message) == ("P001", words)


def test_control_characters_are_found_in_one_run_and_the_rest_is_read() -> None:
    source = read("a: x\x00\x01y\nb: \x7f1\n\ufeffc: 2\na: 3\n")
    assert [(d.code, d.span.start, d.span.end) for d in source.diagnostics] == [
        ("P003", 4, 6),
        ("P003", 11, 12),
        ("P003", 14, 15),
        ("P008", 20, 21),
    ]


# --- hostile texts ------------------------------------------------------------------------------------------


def test_size_limit() -> None:
    assert codes(b"#" * (MAX_BYTES + 1)) == ["P002"]
    assert codes(b"#" * MAX_BYTES) == ["P004"]


@pytest.mark.parametrize("path", ["x.yaml", "x.json"])
@pytest.mark.parametrize("unit", ["[", '{"a":', "{a: ", "- ", "? "])
def test_a_million_levels(unit: str, path: str) -> None:
    found = codes('{"a":' + unit * 1_000_000, path)
    assert found in (["P007"], ["P016"], ["P018"], ["P020"])


def test_depth_limit_is_100() -> None:
    assert codes("a: " + "[" * 99 + "]" * 99) == []
    assert codes("a: " + "[" * 100 + "]" * 100) == ["P007"]
    assert codes('{"a": ' + "[" * 99 + "]" * 99 + "}", "x.json") == []
    assert codes('{"a": ' + "[" * 100 + "]" * 100 + "}", "x.json") == ["P007"]


def test_alias_bomb_stays_small() -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    assert codes("\n".join(lines)) == ["P009"] + ["P009", "P010", "P010"] * 59


@pytest.mark.parametrize(
    "text",
    [
        "a:" + " " * 300_000 + "b: c",
        "a: x" + " " * 300_000 + "\n b: c: d",
        "- " * 90 + "a\n" + "b" * 300_000 + ": : :",
        "a: 1\n" * 20_000 + "  b: 1\n",
        "a: 'x\n" + "b: \n" * 60_000,
        "\r" * 100_000 + "a: [",
        "{" + "a:1," * 30_000,
        "a: [" + "," * 100_000,
        "a: " + "{x " * 50 + " " * 100_000 + "y: ",
    ],
    ids=range(9),
)
def test_errors_are_explained_without_delay(text: str) -> None:
    assert read(text).diagnostics  # quadratic searching would take minutes here


@pytest.mark.parametrize("enabled", [True, False])
@pytest.mark.parametrize("text", ["a: 1", "a: [", "a: &x 1", "[" * 200])
def test_garbage_collector_is_left_as_it_was(text: str, *, enabled: bool) -> None:
    was = gc.isenabled()
    try:
        (gc.enable if enabled else gc.disable)()
        read(text)
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if was else gc.disable)()
