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

CODE = r"""
<?php
namespace App\Shop;

use App\Stock\Item;
use App\Stock\{Kind, Color as Paint};
use function App\helpers\first;

/** The most there may be. */
const LIMIT = 3;

/**
 * A shop.
 */
#[Entity]
abstract class Shop extends Base implements Opens
{
    public const SIZE = 1;
    private string $name = "x";

    public function __construct(private readonly Stock $stock) {}

    /** Opens it. */
    public static function open(string $name, int ...$times): ?self
    {
        $local = function () { };
        return null;
    }

    abstract protected function close(): void;
}

interface Opens { public function isOpen(): bool; }
trait Sells { }
enum Color: string { case Red = "r"; }
function first(array $items) { return $items[0]; }
"""
DEFINES = [
    ("value", "LIMIT", "const LIMIT = 3", "The most there may be."),
    ("type", "Shop", "#[Entity] abstract class Shop extends Base implements Opens", "A shop."),
    ("value", "Shop.SIZE", "public const SIZE = 1", ""),
    ("field", "Shop.name", 'private string $name = "x"', ""),
    (
        "function",
        "Shop.__construct",
        "public function __construct(private readonly Stock $stock)",
        "",
    ),
    ("field", "Shop.stock", "private readonly Stock $stock", ""),
    (
        "function",
        "Shop.open",
        "public static function open(string $name, int ...$times): ?self",
        "Opens it.",
    ),
    ("function", "Shop.close", "abstract protected function close(): void", ""),
    ("type", "Opens", "interface Opens { public function isOpen(): bool; }", ""),
    ("function", "Opens.isOpen", "public function isOpen(): bool", ""),
    ("type", "Sells", "trait Sells { }", ""),
    ("type", "Color", 'enum Color: string { case Red = "r"; }', ""),
    ("field", "Color.Red", 'case Red = "r"', ""),
    ("function", "first", "function first(array $items)", ""),
]
IMPORTS = [
    ("App\\Stock", "Item", "Item"),
    ("App\\Stock", "Kind", "Kind"),
    ("App\\Stock", "Color", "Paint"),
    ("App\\helpers", "first", "first"),
]
