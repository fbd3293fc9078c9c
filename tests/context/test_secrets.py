import re
import time
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from inkling.context import secrets
from inkling.context.secrets import MASK, masked
from made_up import (
    BASE64,
    BLOCK,
    FORMS,
    HEX,
    PASSWORD,
    SECRET_64,
    SECRET_HEX,
    URLSAFE,
    WORDS,
    chance,
    key_block,
)

# Where § stands, a secret does: in as many ways as there are to write it.
GIVEN = r"""
password = "§"
password: str = "§"
PASSWORD = '§'
db_password="§"
  self.password = "§"
def connect(user, password="§"):
connect(user="bob", password="§", port=3)
os.environ["DB_PASSWORD"] = "§"
password = os.getenv("DB_PASSWORD", "§")
password = config.password or "§"
password = SecretStr("§")
password = b"§"
config = {"password": "§"}
{"user": "bob", "password": "§", "port": 1}
  "clientSecret": "§",
const apiKey = "§";
const apiKey = process.env.API_KEY || "§";
const apiKey = process.env.API_KEY ?? '§';
let secretKey: string = `§`;
  client_secret: '§',
headers["X-Api-Key"] = "§";
private static final String DB_PASSWORD = "§";
properties.setProperty("db.password", "§");
var password string = "§"
password := "§"
const Password = "§"
    Password: "§",
let password: &str = "§";
const API_KEY: &'static str = "§";
char password[] = "§";
const char *password = "§";
#define DB_PASSWORD "§"
define('DB_PASSWORD', '§');
$password = '§';
'password' => '§',
:password => "§"
password: "§"
val accessKey = "§"
builder.password("§")
client.setPassword("§");
new Credentials().withSecretKey("§")
<password>§</password>
<add key="DbPassword" value="§"/>
<property name="password" value="§"/>
export DB_PASSWORD="§"
export DB_PASSWORD=§
DB_PASSWORD=§
DB_PASSWORD=§ ./run
ENV DB_PASSWORD=§
      - DB_PASSWORD=§
environment:\n  DB_PASSWORD: §
spring:\n  datasource:\n    password: §\n    port: 1
- name: DB_PASSWORD\n  value: §
- name: DB_PASSWORD\n  value: "§"
[client]\nuser = bob\npassword = §
password: §
password: >-\n  §
spring:\n  datasource:\n    password: |\n      §\n    port: 1
stringData:\n  - "password": |2-  # as it is\n\n      §\n  - port: 1
mysql --user=bob --password=§
"Server=db;User Id=sa;Password=§;Encrypt=no"
"postgres://bob:§@localhost:5432/db"
url: postgres://bob:§@localhost/db
"{\"password\": \"§\"}"
password = (\n    "§"\n)
password =\n    "§";
password = "abc1" + "§"
if password == "§":
# password: §
// the password = "§"
password = '§
CREATE USER bob WITH PASSWORD '§';
contraseña = "§"
AccountKey=§;
curl -u bob:§ https://example.com
"https://example.com/?api_key=§&x=1"
"""  # the last of a chunk may be cut off
GIVEN = [line.replace("\\n", "\n") for line in GIVEN.strip("\n").split("\n")]
GIVEN[GIVEN.index("AccountKey=§;")] = (
    '"DefaultEndpointsProtocol=https;AccountKey=§;EndpointSuffix=x"'
)

TOKENS = r"""
token = "§"
auth=("bob", "§")
"Authorization": "Bearer §"
-H "Authorization: Bearer §"
Authorization: Basic §
authorization: `Bearer §`
PRIVATE_TOKEN=§
//registry.npmjs.org/:_authToken=§
GITHUB_TOKEN: §
""".strip("\n").split("\n")

STAY = r"""
def login(password: str = "", token: str | None = None) -> Token:
def reset(password, secret_key, *, api_key=None): ...
password: str
    password: str | None = None
    token: Optional[Token]
  password: string;
  readonly password?: string
  apiKey: ApiKey2,
private_key: Ed25519PrivateKey
secret: H256
fn f<'a>(token: &'a str, x: &'a str) -> &'a str {
pub struct Config<'a> { password: &'a str, secret: &'a [u8] }
Password string `json:"password"`
token = tokenizer.next()
token = tokens[0]
password = get_password(user)
password = pw1
login(user, password=password1)
    password=password1
password = input("Password: ")
password = getpass.getpass("Enter the password: ")
os.environ["TOKEN"]
token = os.environ["API_TOKEN"]
token = os.environ.get("API_TOKEN", "")
const token = process.env.API_TOKEN;
const token = req.headers["x-api-key"];
password = "changeme"
password = "<password>"
password = "${PASSWORD}"
password: ${{ secrets.DB_PASSWORD }}
password: "{{ vault_password }}"
DB_PASSWORD=$(cat /run/secrets/db)
DB_PASSWORD=${DB_PASSWORD}
TOKEN=`cat token`
api_key = "your-api-key"
API_KEY = "YOUR_API_KEY_HERE"
secret = "xxx"
secret = "********"
password = ""
password = None
"password=" + password + "&user=" + user
f"https://{user}:{password}@{host}/"
`postgres://${user}:${password}@${host}`
"Authorization": f"Bearer {token}"
raise ValueError("Invalid token in line")
errors = {"password": "The password must be at least 8 characters"}
PASSWORD_REGEX = r"^(?=.*\d)[A-Za-z\d]{8,}$"
fields = ("password", "username", "is_active")
exclude = ["password", "created_at"]
password_field = "new_password1"
token_type = "bearer"
token_url = "https://example.com/oauth/token1"
secret_name = "prod/db/main1"
max_tokens = 4096
token = 17
AUTH_USER_MODEL = "users.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
author = "Jane Doe"
keyboard = "qwertz-2"
if token.type == "identifier":
test("masks the password", () => {
def test_password_is_secret_1(self):
"6f1c0f2e-9f5b-4f0a-8a37-3f0c2d7f1b11"
"integrity": "sha512-§64=="
sha256 = "§hex"
checksum: "§hex"
rev = "§hex"
commit §hex
https://example.com/a/b?c=d#e
http://localhost:4873/@scope/package
git@github.com:bob/repo.git
ssh://git@github.com/bob/repo.git
import a.b.c.password as secret
from "@scope/secret-token/lib"
"src/components/UserProfile2/HeaderComponent/index"
"aVeryLongIdentifierInCamelCaseThatHasANumber2InIt"
class="sk-folding-cube-animation-long-name token key"
margin: 0 auto; color: #deadbeef;
key={`item-${index}`}
for key, token in pairs: print("a b c")
disk-usage-of-the-whole-machine2
key-someIdentifierInCamelCase
"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
""".strip("\n").split("\n")
STAY += ['pi = "' + "31415926535897932384626433832795028841" + '"']
STAY = [line.replace("§hex", chance(HEX, 40)).replace("§64", chance(BASE64, 86)) for line in STAY]


def unmasked(text):
    return [secret for secret in (*FORMS.values(), *BLOCK) if secret in masked(text)]


def test_the_mask_is_what_the_document_says():
    assert masked('password = "hunter2"') == f'password = "{MASK}"'
    document = Path(__file__).parent.parent.parent / "docs" / "SECRETS.md"
    assert f"stands the word `{MASK}`" in document.read_text("utf-8")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("around", ["§", '"§"', "x = '§'", "see §, please", '"\\n§\\n"', "a=§&b"])
def test_a_known_form_is_masked_anywhere(form, around):
    secret = FORMS[form]
    result = masked(around.replace("§", secret))
    assert MASK in result
    assert secret[-12:] not in result


@pytest.mark.parametrize("secret", [PASSWORD, "hunter2", SECRET_HEX, SECRET_64])
@pytest.mark.parametrize("line", GIVEN)
def test_what_a_name_of_a_secret_is_given_is_masked(line, secret):
    assume_fits = not ("&" in secret and ("?" in line or "<" in line))
    if assume_fits:
        result = masked(line.replace("§", secret))
        assert secret not in result, result
        assert result.replace(MASK, "") == line.replace("§", "").replace('"abc1"', '""'), result


def test_all_lines_of_a_block_are_masked_and_none_below_it():
    text = "user: a\npassword: |\n  hunter2\n\n    and more\nport: 1\n"
    assert masked(text) == f"user: a\npassword: |\n  {MASK}\n\n    {MASK}\nport: 1\n"
    code = "type Form = {\n  password: |\n    string\n}\n"
    assert masked(code) == code


QUOTED = [line for line in GIVEN if re.search(r"""["'`]§["'`]""", line) and "==" not in line]
QUOTED = [line for line in QUOTED if "getenv" not in line]


@pytest.mark.parametrize(
    "secret", [WORDS, "correct horse battery staple", "p@ss w,rd;(1){2}", "äöü€€€"]
)
@pytest.mark.parametrize("line", QUOTED)
def test_words_in_quotes_are_masked_too(line, secret):
    result = masked(line.replace("§", secret))
    assert secret not in result
    assert result.replace(MASK, "") == line.replace("§", "").replace('"abc1"', '""'), result


@pytest.mark.parametrize("line", TOKENS)
def test_what_a_token_is_given_is_masked(line):
    result = masked(line.replace("§", SECRET_HEX))
    assert result == line.replace("§", MASK)


@pytest.mark.parametrize("line", STAY)
def test_what_only_looks_like_one_stays(line):
    assert masked(line) == line
    around = f"import os\n\n{line}\n\nx = 1\n"
    assert masked(around) == around


@pytest.mark.parametrize("kind", ["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED "])
@pytest.mark.parametrize("form", ["{}", '    "{}\\n"', "# {}", '"{}\\n" +', "        {}"])
@pytest.mark.parametrize("cut", [(0, 7), (0, 4), (2, 7), (2, 4)])
def test_a_private_key_is_masked_whole_or_cut_off(kind, form, cut):
    lines = [form.replace("{}", line) for line in key_block(kind)[slice(*cut)]]
    if cut == (2, 4) and form != "{}" and form.strip() != "{}":
        return  # a line of a key in quotes, or in a comment, is told by the rules for those
    text = "\n".join(["x = 1", *lines, "y = f(2)"])
    result = masked(text)
    assert not unmasked(text)
    assert result.count("\n") == text.count("\n")
    assert result.startswith("x = 1\n")
    assert result.endswith("\ny = f(2)")


def test_a_private_key_on_one_line_is_masked():
    text = '"private_key": "' + "\\n".join(key_block("")) + '\\n",'
    assert not unmasked(text)
    code = 'if line == "-----BEGIN PRIVATE ' + 'KEY-----":\n    return readTheWholeKeyFrom(line)\n'
    assert masked(code) == code


@pytest.mark.parametrize(("letters", "count"), [(HEX, 32), (HEX, 64), (BASE64, 44), (URLSAFE, 64)])
def test_chance_in_quotes_is_masked_whatever_its_name(letters, count):
    value = chance(letters, count)
    assert masked(f'x = ["{value}", 1]') == f'x = ["{MASK}", 1]'
    assert masked(f"x = {value[:3]}") == f"x = {value[:3]}"


# Laws

CODE = [
    "import os", "def f(a, b):", "    return a + b", "# it's a comment, don't worry", "", "}",
    "const x = { a: 1, b: 'two' };", 'fmt.Println("hello %s", name)', "fn g<'a>(x: &'a str) {",
    '<div class="a b">x</div>', "key: value", "  - item", "[section]", "SELECT * FROM t;",
    'if [ -z "$1" ]; then', "let s = `a ${b} c`;", '"""A docstring."""', 'x = "unclosed',
]  # fmt: skip

pieces = st.sampled_from(
    [
        *CODE, *GIVEN, *TOKENS, *STAY, *FORMS.values(), *key_block("RSA "), MASK, "password",
        "token", "=", ":", '"', "'", "`", "\\", "\n", " ", "(", ")", "{", "}", "[", "]", ",", ";", "://",
        "@", "-----BEGIN PRIVATE " + "KEY-----", "Bearer ", '"""', "&", "?", "<", ">", "§",
        "secret", "-",
    ]
)  # fmt: skip
texts = st.one_of(
    st.text(), st.lists(st.one_of(pieces, st.text(max_size=8)), max_size=12).map("".join)
)


@given(texts)
def test_masking_again_changes_nothing(text):
    once = masked(text)
    assert masked(once) == once


@given(texts)
def test_the_lines_stay(text):
    assert masked(text).count("\n") == text.count("\n")


@given(st.text(alphabet=st.characters(exclude_characters="\"'`=:@-$/+")))
def test_what_gives_nothing_to_anything_stays(text):
    assume(not re.search(r"\w{16}", text))  # what a form might be
    assert masked(text) == text


@given(
    st.lists(st.sampled_from(CODE), max_size=6),
    st.sampled_from([*GIVEN, *TOKENS]),
    st.lists(st.sampled_from(CODE), max_size=6),
    st.sampled_from([*FORMS.values(), SECRET_HEX, SECRET_64]),
    st.integers(0, 8),
)
def test_a_planted_secret_never_survives(above, line, below, secret, indent):
    assume(not (secret == SECRET_64 and '"' not in line and "'" not in line))
    planted = " " * indent + line.replace("\n", "\n" + " " * indent).replace("§", secret)
    result = masked("\n".join([*above, planted, *below]))
    assert secret not in result
    for code in (*above, *below):
        assert code in result


@given(st.sampled_from(sorted(FORMS)), st.sampled_from(CODE), st.data())
def test_a_known_form_never_survives_inside_of_a_line(form, code, data):
    gaps = [at for at in range(len(code) + 1) if not code[:at][-1:].isalnum()]
    at = data.draw(st.sampled_from(gaps))
    planted = f"{code[:at]} {FORMS[form]} {code[at:]}"
    assert FORMS[form] not in masked(planted)


# Time: not how long, but how much longer for more, in the process's own time.

ADVERSARIAL = {
    "letters": "a", "names": "password ", "open strings": 'secret="', "escapes": '\\"',
    "colons": "a:", "given nothing": "token=(", "brackets": "api_key=[[", "addresses": "://a:",
    "curl": "curl -u ",
    "prefixes": "ghp_", "keys": "sk-", "coded": "eyJ.", "bearers": "Bearer ", "base64": "Ab1/",
    "begun keys": "-----BEGIN PRIVATE " + "KEY-----", "triples": 'secret="""', "ticks": "secret=`",
    "data": "password: x\n", "hex": '"0f', "quotes": "'", "flags": "--password ",
    "tags": "<password>", "blocks": "password: |\n  a\n", "open blocks": " password: >\n",
}  # fmt: skip


@pytest.mark.parametrize("kind", ADVERSARIAL)
def test_time_grows_with_the_length_only(kind):
    def fastest(size, tries):
        text = (ADVERSARIAL[kind] * size)[:size]
        times = []
        for _ in range(tries):
            start = time.process_time()
            masked(text)
            times.append(time.process_time() - start)
        return max(min(times), 1e-3)

    # Were it quadratic, 16 times as much would take 256 times as long.
    assert fastest(48_000, 2) < 80 * fastest(3_000, 5)


def test_the_parts_that_forms_are_looked_for_by_are_in_them():
    for form in FORMS.values():
        assert any(part in form for part, _ in secrets._BY_FORM), form
