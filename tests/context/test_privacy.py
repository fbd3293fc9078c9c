from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkling.context.privacy import Privacy, Rules, malformed


def words(text):
    return text.split()


SECRET = words("""
    .env .env.local .env.production .envrc .ENV prod.env config/.env .env~ .env.bak .env.1
    id_rsa id_rsa_work id_ed25519 ID_RSA deploy_rsa id_rsa.bak ssh_host_rsa_key
    server.pem server.key SERVER.KEY ca.crt site.cer tls.cert root.der www.example.com.key
    a.p12 a.pfx a.jks my.keystore a.kdbx a.ppk AuthKey_123.p8 mail.asc backup.gpg a.keytab
    private_key client-private-key master.key server.key.old vpn.ovpn wg0.conf
    .netrc _netrc .pgpass .npmrc .pypirc .git-credentials .htpasswd .my.cnf .dockercfg kubeconfig
    passwd passwords.txt .bash_history .vault_pass.txt auth.json
    credentials .aws/credentials credentials.json credentials.yml.enc google-credentials.json
    client_secret_12.apps.json service-account.json my_service_account.json new_user_credentials.csv
    secrets.yml secrets.toml secrets.py secrets.env secret.yaml db.secret app-secrets.yaml
    token .token token.json gh_token api_token.txt .vault-token .apikey api_key
    terraform.tfvars terraform.tfstate terraform.tfstate.backup
    .ssh/config .ssh/known_hosts .gnupg/gpg.conf .aws/config .kube/config .docker/config.json
    .config/gcloud/properties run/secrets/db
    .git/COMMIT_EDITMSG .git/config .git/hooks/pre-commit .git/worktrees/a/COMMIT_EDITMSG .git
    .hg/hgrc .jj/repo/config
""")

UNWRITTEN = words("""
    package-lock.json yarn.lock pnpm-lock.yaml poetry.lock uv.lock Cargo.lock go.sum Gemfile.lock
    composer.lock Pipfile.lock npm-shrinkwrap.json packages.lock.json .terraform.lock.hcl bun.lockb
    gradle.lockfile flake.lock pylock.toml go.work.sum Package.resolved
    app.log app.log.1 debug.LOG jquery.min.js style.min.css app.js.map table.csv table.tsv
""")

PUBLIC = words("""
    code.py .env.example .env.sample .env.local.example example.env environment.py env.py env.d.ts
    .envoy/x.yaml vite-env.d.ts id_rsa.pub keys/server.pub secrets.yml.example secrets.example.toml
    terraform.tfvars.example credentials.json.template .npmrc.dist
    credentials.py credentials/index.ts credentials.go secret.go token.py tokens.ts tokenizer.json
    secrets/views.py password.go key.py keys.py monkey.py keyboard.json certificate.py history.md
    .gitignore .gitattributes .github/workflows/ci.yml git/code.py code.git.py
    package.json pyproject.toml Cargo.toml go.mod Gemfile composer.json lock.py blocklist.txt
    log.py logs/view.py changelog.md catalog.log.py min.js admin.js map.js sourcemap.ts csv.py
    icon.svg data.json data.sql Dockerfile Makefile .bashrc config.toml auth.ts
""")

FOLDERS = ["", "home/me/", "src/deep/er/", "with space/", "ünï/", "a#b/", "100%/"]


def file(path):
    return f"file:///{quote(path)}"


def reason(privacy, uri):
    barred = privacy.bars(uri)
    return barred and barred.reason


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize(
    ("paths", "expected"), [(SECRET, "excluded"), (UNWRITTEN, "not-written"), (PUBLIC, None)]
)
def test_a_name_tells_what_is_left_alone(folder, paths, expected):
    found = {path: reason(Privacy(), file(folder + path)) for path in paths}
    assert found == dict.fromkeys(paths, expected)


URIS = [
    *(
        "file:///%2Eenv",
        "file:///a/%2eenv",
        "FILE:///a/.env",
        "file://host/share/.env",
        "file:/.env",
    ),
    *(
        "file:///c%3A/Users/me/.env",
        "file:///C:/Users/me/.env",
        "file:///a#b/.env",
        "file:///a?b/.env",
    ),
    *(
        "untitled:/home/me/.env",
        "untitled:.env",
        "vscode-notebook-cell:/a/.env#W0s",
        "/home/me/.env",
    ),
    *("vscode-remote://ssh-remote%2Bhost/a/.env", "git:/a/.env?%7B%22ref%22%3A%22~%22%7D", ".env"),
    "vscode-notebook-cell:/a/.git/x.ipynb#W0sZmlsZQ%3D%3D",
]


@pytest.mark.parametrize("uri", URIS)
def test_it_is_known_however_a_client_writes_its_uri(uri):
    assert reason(Privacy(), uri) == "excluded"


@pytest.mark.parametrize(
    "uri",
    [
        *("", "file://", "file:///", "untitled:Untitled-1", "untitled:", "inmemory://model/1"),
        *("a:b", "vscode-notebook-cell:/a/b.ipynb#.env", "vscode-scm:git/input?rootUri=.git"),
    ],
)
def test_what_has_no_such_name_is_not_left_alone(uri):
    assert Privacy().bars(uri) is None


OWN = [
    (["docs/private/"], "docs/private/a.md", "excluded"),
    (["docs/private/"], "docs/public/a.md", None),
    (["/a.py"], "a.py", "excluded"),
    (["/a.py"], "src/a.py", None),
    (["*.MD"], "read.md", "excluded"),
    (["*.md", "!read.md"], "read.md", None),
    (["!read.md", "*.md"], "read.md", "excluded"),
    (["!.env"], ".env", None),
    (["!.env"], ".env.local", "excluded"),
    (["!.env.*"], ".env.local", None),
    (["!/config/.env"], "config/.env", None),
    (["!/config/.env"], ".env", "excluded"),
    (["!*.csv"], "table.csv", None),
    (["!*.csv"], "app.log", "not-written"),
    (["!.git/"], ".git/config", None),
    ([".env.example"], ".env.example", "excluded"),
    (["# !.env", ""], ".env", "excluded"),
]


@pytest.mark.parametrize(("exclude", "path", "expected"), OWN)
@pytest.mark.parametrize("folder", ["home/me/project", "a b/ünï#"])
def test_a_persons_own_patterns_are_about_the_workspaces_folder(exclude, path, expected, folder):
    privacy = Privacy(exclude, [file("elsewhere"), file(folder)])
    assert reason(privacy, file(f"{folder}/{path}")) == expected


def test_outside_of_all_folders_they_are_about_the_whole_path():
    privacy = Privacy(["/etc/hosts", "/notes/"], [file("home/me")])
    assert reason(privacy, file("etc/hosts")) == "excluded"
    assert reason(privacy, file("home/me/etc/hosts")) == "excluded"
    assert reason(privacy, file("home/me/notes/a.md")) == "excluded"
    assert reason(privacy, file("home/notes/a.md")) is None


def test_of_folders_in_one_another_the_inner_one_counts():
    folders = [file("home"), file("home/me/"), file("home/me/x")]
    privacy = Privacy(["/a.py"], folders)
    assert reason(privacy, file("home/me/x/a.py")) == "excluded"
    assert reason(privacy, file("home/me/xy/a.py")) is None


def test_a_folder_that_lies_under_git_is_gits_all_the_same():
    assert reason(Privacy(folders=[file("a/.git")]), file("a/.git/config")) == "excluded"


def test_which_option_left_it_alone_is_said():
    assert "`exclude`" in Privacy(["a.py"]).bars("file:///a.py").sentence
    assert "`exclude`" not in Privacy().bars("file:///.env").sentence


@pytest.mark.parametrize("pattern", ["!", "a\\"])
def test_a_pattern_without_meaning_is_found_out(pattern):
    assert malformed(pattern)
    assert not malformed(f"{pattern}b")


def test_so_is_a_range_that_goes_backward():
    assert malformed("[z-a].py")
    assert not malformed("[a-z].py")


SEGMENT = st.text(st.characters(exclude_characters="/", exclude_categories=["Cs"]), min_size=1)


@given(st.lists(SEGMENT), st.sampled_from(SECRET), st.lists(SEGMENT, max_size=2))
def test_wherever_it_lies_and_whatever_the_workspace_it_is_left_alone(above, path, folder):
    uri = file("/".join([*above, path]))
    assert reason(Privacy(folders=[file("/".join(folder))]), uri) == "excluded"


@given(st.text())
def test_no_uri_is_too_strange(uri):
    Privacy(["*.x"], [uri]).bars(uri)


@pytest.mark.parametrize(
    ("lines", "path", "decided"),
    [
        (["*.py"], "a/b.py", True),
        (["*.py", "!b.py"], "a/b.py", False),
        (["*.py"], "a/b.go", None),
        (["build/"], "build/", True),
        (["build/"], "build", None),
        (["/a"], "b/a", None),
        (["*.PY"], "a.py", None),
        (["!", "*.py"], "a.py", True),
        ([], "a.py", None),
    ],
)
def test_the_lines_of_an_ignore_file_decide_or_say_nothing(lines, path, decided):
    assert Rules(lines).decide(path) is decided
