"""Keys of the site and of the providers that the fake plays, made anew each time it starts, as PEM files."""

from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

NAMES = ("site", "alipay", "wechat")
APIV3 = "k" * 32
MCHID, WECHAT_APP, SERIAL, WECHAT_ID, ALIPAY_APP = "1900000001", "wxfake", "5E21AL", "PUB_KEY_ID_FAKE", "2021fake"


def make(folder):
    """`<name>.key` and `<name>.pub` for each; the fake knows all of them, as it plays all sides but the site's."""
    for name in NAMES:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        public = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        (Path(folder) / f"{name}.key").write_bytes(private)
        (Path(folder) / f"{name}.pub").write_bytes(public)


def private(folder, name):
    return serialization.load_pem_private_key((Path(folder) / f"{name}.key").read_bytes(), None)


def public(folder, name):
    return serialization.load_pem_public_key((Path(folder) / f"{name}.pub").read_bytes())
