import pytest

from ends import inside, told
from inkling.languages import registry
from inkling.suggest import prompt

LINES = [
    ("function f($a) {", "opens defines"),
    ("    public static function f($a)", "defines"),
    ("final class A extends B", "defines"),
    ("    if ($a) {", "opens"),
    ("    if ($a):", "opens"),
    ("    endif;", "closes"),
    ("    else:", "opens closes"),
    ("    case 1:", "opens"),
    ("    return [", "opens"),
    ("    // a {", ""),
    ("    $a = 1;", ""),
    ("    function ($a)", ""),
    ("    /** Adds. */", "heralds"),
    ("    #[Test]", "heralds"),
    ("    // now", ""),
    ("}", "closes"),
]


@pytest.mark.parametrize(("line", "words"), LINES)
def test_a_line_is_told_by_how_it_looks(line, words):
    assert told("php", line) == words


# «|» is a cursor inside a string or comment, «^» one outside.
@pytest.mark.parametrize(
    "marked",
    [
        '<?php ^$s = ^"|a|\\n|{$^y^}|d|"^;\n',
        "<?php $t = ^'|d\\'|e|'^;\n",
        "<?php\n^/|/| it's|\n^f();\n",
        "<?php\n^#|| it's|\n^f();\n",
        "<?php f(^/|*| ) |*|/|, ^b);\n",
        "<?php $h = <<<'X'\nn|ow|\nX;\n^\n",
        '<p class="x">it\'s^</p>\n',
    ],
)
def test_inside_a_string_or_comment(marked):
    found, cursors = inside("php", marked)
    assert found == cursors


@pytest.mark.parametrize("file", ["a.php"])
def test_it_is_told_by_a_file_s_name_and_tells_the_model_that_name(file):
    assert registry.id_of(file) == "php"
    for language in ["php"]:
        assert prompt.title_of(f"file:///src/{file}", language) == f"// {file}\n"
