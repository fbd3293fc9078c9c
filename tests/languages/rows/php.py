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

INSIDE = [
    '<?php ^$s = ^"|a|\\n|{$^y^}|d|"^;\n',
    "<?php $t = ^'|d\\'|e|'^;\n",
    "<?php\n^/|/| it's|\n^f();\n",
    "<?php\n^#|| it's|\n^f();\n",
    "<?php f(^/|*| ) |*|/|, ^b);\n",
    "<?php $h = <<<'X'\nn|ow|\nX;\n^\n",
    '<p class="x">it\'s^</p>\n',
]

FILES = ["a.php"]
IDS = ["php"]
TITLE = "// {file}\n"
