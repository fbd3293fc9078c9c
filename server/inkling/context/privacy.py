"""What never gets in: documents that are left alone, told by their names alone.

Such a document is neither completed nor read, and nothing is copied from it. What may hold secrets
is `excluded`, and what nobody writes by hand is `not-written`. It looks into no file. The only file
that imports pathspec.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Final
from urllib.parse import unquote

from pathspec import GitIgnoreSpec

from inkling.suggest.outcome import Nothing

# Files by their names, as lines of a .gitignore, in small letters; the last that fits decides.
_PRIVATE_FILES: Final = """
# The environment of a program. What is published as a pattern for it holds no secret.
.env*
*.env
env.local
!.env*.example
!.env*.sample
!.env*.template
!.env*.dist
!.env.defaults
!.env.schema
!example.env
!sample.env
!template.env
!*.example.env
# Keys and what keeps them
*.key
*.pem
*.ppk
*.p8
*.p12
*.pfx
*.pk8
*.pkcs12
*.jks
*.jceks
*.bcfks
*.bks
*.keystore
*.truststore
*.keytab
*.kdb
*.kdbx
*.keychain
*.keychain-db
*.agilekeychain
*.opvault
*.1pif
*.gpg
*.pgp
*.asc
*.age
*.jwt
*.snk
*.ovpn
wg[0-9]*.conf
secring.*
pubring.*
trustdb.gpg
id_rsa*
id_dsa*
id_ecdsa*
id_ed25519*
id_xmss*
*_rsa
*_dsa
*_ecdsa
*_ed25519
ssh_host_*_key*
*private_key
*private_key.txt
*private-key
*private-key.txt
*.private
!*.pub
# Certificates
*.crt
*.cer
*.cert
*.der
*.csr
*.p7b
*.p7c
*.p7s
*.ca-bundle
*.mobileprovision
*.provisionprofile
# Names and passwords
.netrc
_netrc
.authinfo
.pgpass
pgpass.conf
.my.cnf
.mylogin.cnf
.pg_service.conf
.git-credentials
.npmrc
.yarnrc.yml
.pypirc
.terraformrc
terraform.rc
.dockercfg
.dockerconfigjson
.s3cfg
.boto
.databrickscfg
.msmtprc
.fetchmailrc
.mbsyncrc
.smbcredentials
.rclone.conf
rclone.conf
kubeconfig
*.kubeconfig
.htpasswd*
htpasswd
passwd
.passwd*
*.passwd
shadow
shadow-
gshadow
password
password.txt
passwords
passwords.*
.*password
.*pass
vault_pass*
.vault_pass*
auth.json
.*_history
*.tfvars
*.tfvars.json
*.tfstate
# Credentials, secrets and tokens; a program's source that is called so is a program.
credentials
.credentials
credentials.json
credentials.y*ml
credentials.toml
credentials.ini
credentials.xml
credentials.properties
credentials.csv
credentials.txt
credentials.db
*credentials*.json
*credentials*.csv
client_secret*.json
client-secret*.json
service[-_]account*.json
*[-_]service[-_]account*.json
serviceaccount*.json
secret
.secret
.secrets
secrets
secrets.*
*.secret
*.secrets
secret.y*ml
secret.json
secret.toml
secret.txt
secret.properties
*[-_.]secrets.y*ml
*[-_.]secrets.json
*[-_.]secrets.toml
token
tokens
.token
*.token
*_token
*-token
token.json
token.txt
tokens.txt
*[-_]token.txt
apikey
api_key
api-key
.*api[-_]key
.*apikey
*.apikey
api[-_]key*.txt
apikey*.txt
!secrets.example.*
!secrets.sample.*
!credentials.example.*
!credentials.sample.*
!credentials.template.*
# A pattern for any of them
!*.example
!*.sample
!*.template
!*.tmpl
!*.dist
"""

# What lies anywhere under these, or is called so at that place.
_PRIVATE_PLACES: Final = """
.git
.hg
.svn
.jj
.ssh/
.gnupg/
.aws/
.azure/
.password-store/
**/.docker/config.json
**/.kube/config
**/.config/gcloud/
**/.config/gh/hosts.yml
**/.config/op/
**/etc/ssl/private/
**/run/secrets/
**/etc/wireguard/
"""

_UNWRITTEN_FILES: Final = """
# Lockfiles
*.lock
*.lockb
*.lockfile
*.lock.json
*.lock.hcl
*-lock.json
*-lock.yaml
*-lock.yml
npm-shrinkwrap.json
pylock.toml
pylock.*.toml
go.sum
go.work.sum
package.resolved
cartfile.resolved
cabal.project.freeze
# Logs
*.log
# Minified, and the way back from there
*.min.js
*.min.mjs
*.min.cjs
*.min.css
*.min.html
*.min.json
*.map
# Tables
*.csv
*.tsv
"""


@cache
def _spec(lines: str) -> GitIgnoreSpec:
    # Made with the first document: a server that starts has no time for it.
    return GitIgnoreSpec.from_lines(lines.splitlines())


_KEPT: Final = re.compile(r"(?:~|\.(?:bak|backup|old|orig|save|swp|tmp|enc|\d+))+$")
"""What ends the name of a copy: it is as secret as what was copied."""

_OWN: Final = "The option `exclude` names this file: Inkling leaves it alone."


class Privacy:
    """Says which documents are left alone.

    `exclude` are a person's own patterns, as they stand in a .gitignore. They are about the path
    within one of the workspace's `folders`, given as URIs, or the whole path outside of them. Of
    Inkling's own, which are about the name or any part of the path, one with `!` takes files out.
    Small and capital letters are the same. None of the patterns is `malformed`.
    """

    def __init__(self, exclude: Sequence[str] = (), folders: Iterable[str] = ()) -> None:
        self._own = GitIgnoreSpec.from_lines(pattern.lower() for pattern in exclude)
        paths = (_path(folder).rstrip("/") + "/" for folder in folders)
        # Of folders in one another the inner one counts.
        self._folders = sorted(paths, key=len, reverse=True)
        # Asked with every key, mostly of one document.
        self.bars = lru_cache(maxsize=64)(self._bars)

    def _bars(self, uri: str) -> Nothing | None:
        """Why the document of a URI is left alone, None if it is not."""
        path = _path(uri)
        if not path.strip("/"):
            return None  # it has no name yet
        own = self._own.check_file(self._within(path)).include
        if own is not None:
            return Nothing("excluded", _OWN) if own else None
        name = _KEPT.sub("", path.rstrip("/").rpartition("/")[2])
        if _spec(_PRIVATE_FILES).match_file(name) or _spec(_PRIVATE_PLACES).match_file(path):
            return Nothing("excluded")
        return Nothing("not-written") if _spec(_UNWRITTEN_FILES).match_file(name) else None

    def _within(self, path: str) -> str:
        folder = next((one for one in self._folders if path.startswith(one)), "")
        return path[len(folder) :]


class Rules:
    """The lines of one .gitignore, about paths within its folder."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._spec = GitIgnoreSpec.from_lines(line for line in lines if not malformed(line))

    def decide(self, path: str) -> bool | None:
        """Whether a path is ignored, a folder's with a slash behind it; None if nothing is said."""
        return self._spec.check_file(path).include


def malformed(pattern: str) -> bool:
    """Whether a pattern is none, such as a lone exclamation mark."""
    try:
        GitIgnoreSpec.from_lines([pattern])
    except (ValueError, re.error):  # the latter of a range that goes backward
        return True
    return False


def _path(uri: str) -> str:
    """The path in a URI, in small letters. A file's is all of it: some clients escape nothing."""
    scheme, colon, rest = uri.partition(":")
    if not colon:
        scheme, rest = "", uri
    if scheme.lower() != "file":
        rest = re.split(r"[?#]", rest, maxsplit=1)[0]
    if rest.startswith("//"):
        _, slash, rest = rest[2:].partition("/")
        rest = slash + rest
    # pathspec's expressions end at a line feed.
    return unquote(rest).replace("\\", "/").replace("\n", " ").lower()
