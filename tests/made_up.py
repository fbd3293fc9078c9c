"""Secrets of real forms that are nobody's, for tests."""

import random
import string

# Made up, and put together here, so that who scans this repository finds none.
_dice = random.Random(19)
LOWER, UPPER, DIGITS = string.ascii_lowercase, string.ascii_uppercase, string.digits
ALNUM = LOWER + UPPER + DIGITS
HEX = DIGITS + "abcdef"
URLSAFE = ALNUM + "-_"
BASE64 = ALNUM + "+/"


def chance(letters, count):
    """That many letters by chance, of every kind that there is, a letter first and last."""
    kinds = [kind for kind in (LOWER, UPPER, DIGITS) if set(kind) & set(letters)]
    while True:
        found = "".join(_dice.choices(letters, k=count))
        edges = found[0].isalnum() and found[-1].isalnum()
        if edges and all(set(kind) & set(found) for kind in kinds):
            return found


FORMS = {
    "AWS key id": "AK" + "IA" + chance(UPPER + "234567", 16),
    "AWS session": "AS" + "IA" + chance(UPPER + "234567", 16),
    "GitHub personal": "gh" + "p_" + chance(ALNUM, 36),
    "GitHub OAuth": "gh" + "o_" + chance(ALNUM, 36),
    "GitHub user": "gh" + "u_" + chance(ALNUM, 36),
    "GitHub server": "gh" + "s_" + chance(ALNUM, 36),
    "GitHub refresh": "gh" + "r_" + chance(ALNUM, 76),
    "GitHub fine": "github" + "_pat_" + chance(ALNUM, 22) + "_" + chance(ALNUM, 59),
    "GitLab": "gl" + "pat-" + chance(URLSAFE, 20),
    "GitLab runner": "gl" + "rt-" + chance(URLSAFE, 20),
    "GitLab routable": "gl" + "pat-" + chance(URLSAFE, 27) + "." + chance(LOWER + DIGITS, 9),
    "Slack bot": "xo" + "xb-" + "123456789012-1234567890123-" + chance(ALNUM, 24),
    "Slack user": "xo" + "xp-" + "123456789012-123456789012-123456789012-" + chance(HEX, 32),
    "Slack app": "xa" + "pp-1-A0123456789-1234567890123-" + chance(HEX, 64),
    "Slack hook": "https://hooks.slack" + ".com/services/T01234567/B01234567/" + chance(ALNUM, 24),
    "Discord hook": "https://discord.com/api/web" + "hooks/123456789012345678/" + chance(ALNUM, 68),
    "Discord bot": "M" + chance(ALNUM, 23) + "." + chance(ALNUM, 6) + "." + chance(URLSAFE, 38),
    "Telegram": "123456789:" + "AA" + chance(URLSAFE, 33),
    "Stripe": "sk" + "_live_" + chance(ALNUM, 24),
    "Stripe restricted": "rk" + "_test_" + chance(ALNUM, 99),
    "Google": "AI" + "za" + chance(URLSAFE, 35),
    "Google OAuth": "GOC" + "SPX-" + chance(URLSAFE, 28),
    "OpenAI": "s" + "k-" + chance(ALNUM, 48),
    "OpenAI project": "s" + "k-proj-" + chance(URLSAFE, 120),
    "Anthropic": "s" + "k-ant-api03-" + chance(URLSAFE, 93) + "AA",
    "Hugging Face": "h" + "f_" + chance(LOWER + UPPER, 34),
    "npm": "np" + "m_" + chance(ALNUM, 36),
    "PyPI": "py" + "pi-AgEIcHlwaS5vcmc" + chance(URLSAFE, 150),
    "Twilio": "S" + "K" + chance(HEX, 32),
    "SendGrid": "S" + "G." + chance(URLSAFE, 22) + "." + chance(URLSAFE, 43),
    "DigitalOcean": "do" + "p_v1_" + chance(HEX, 64),
    "Shopify": "shp" + "at_" + chance(HEX, 32),
    "Mailchimp": chance(HEX, 32) + "-us" + "12",
    "Mailgun": "ke" + "y-" + chance(LOWER + DIGITS, 32),
    "Databricks": "da" + "pi" + chance(HEX, 32),
    "Vault": "hv" + "s." + chance(URLSAFE, 90),
    "Docker": "dck" + "r_pat_" + chance(ALNUM, 27),
    "Azure AD": chance(ALNUM, 3) + "8Q~" + chance(ALNUM, 34),
    "age": "AGE-SECRET-" + "KEY-1" + chance(UPPER + DIGITS, 58),
    "Terraform": chance(ALNUM, 14) + ".atlas" + "v1." + chance(ALNUM, 67),
    "JWT": ".".join("ey" + "J" + chance(URLSAFE, count) for count in (33, 70, 43)),
    "bcrypt": "$2" + "b$12$" + chance(ALNUM, 53),
    "Argon2": "$argon" + "2id$v=19$m=65536,t=3,p=4$" + chance(ALNUM, 22) + "$" + chance(ALNUM, 43),
}  # fmt: skip

PASSWORD = "Tr0ub4dor" + "&3xyz"
WORDS = "sword" + "fish"
SECRET_HEX = chance(HEX, 40)
SECRET_64 = chance(BASE64, 40)
BLOCK = [chance(BASE64, 64) for _ in range(4)] + [chance(BASE64, 20) + "=="]


def key_block(kind):
    return [f"-----BEGIN {kind}PRIVATE " + "KEY-----", *BLOCK, f"-----END {kind}PRIVATE KEY-----"]
