"""The key that turns a partner's pseudonym into ours; it lives outside the workspace."""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import dataclass, field
from pathlib import Path

from evalkit.receive.findings.finding import refused
from evalkit.store.atomic import write_text_atomically
from evalkit.workspace.workspace import Workspace

KEY_VARIABLE = "EVALKIT_KEY_FILE"
DEMONSTRATION_MARK = "# CLÉ PUBLIQUE DE DÉMONSTRATION : ne protège personne, n’en faites aucun autre usage"
_SHORTEST = 32


@dataclass(frozen=True, slots=True)
class IdentityKey:
    """A secret key; its representation never shows it.

    Attributes:
        secret: at least 32 bytes.
        is_demonstration: the key is public and protects nobody.
    """

    secret: bytes = field(repr=False)
    is_demonstration: bool = False

    @property
    def fingerprint(self) -> str:
        """Return what identifies the key without giving it away."""
        return hmac.new(self.secret, b"evalkit key fingerprint", hashlib.sha256).hexdigest()[:16]

    def pseudonym(self, contract: str, received: str) -> str:
        """Return our pseudonym of a partner's pseudonym: keyed HMAC-SHA256, one space of names per contract.

        Source: RFC 2104; CNIL and EDPS advise a keyed hash with its key kept apart. It stays personal data.
        """
        return hmac.new(self.secret, f"{contract}\x00{received}".encode(), hashlib.sha256).hexdigest()


def read_key(workspace: Workspace) -> IdentityKey:
    """Read the key named by ``EVALKIT_KEY_FILE``, else by ``key_file`` in ``evalkit.yml``.

    Lines that begin with ``#`` are comments.

    Raises:
        RefusedFileError: no key is named or its file is absent (``EVK-R034``); it lies inside the workspace, is too
            short, or is the public one outside a demonstration (``EVK-R035``).
    """
    path = _key_path(workspace)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise refused("EVK-R034", "Le fichier de la clé d’identité est introuvable ou illisible.") from None
    if path.resolve().is_relative_to(workspace.root.resolve()):
        raise refused("EVK-R035", "La clé d’identité se trouve dans l’espace de travail : gardez-la ailleurs.")
    secret = "".join(line.strip() for line in text.splitlines() if not line.startswith("#"))
    if len(secret) < _SHORTEST:
        raise refused("EVK-R035", f"La clé d’identité a moins de {_SHORTEST} caractères.")
    is_demonstration = DEMONSTRATION_MARK in text
    if is_demonstration and not workspace.config.demonstration:
        raise refused("EVK-R035", "La clé publique de démonstration ne protège pas de vraies personnes.")
    return IdentityKey(secret.encode(), is_demonstration)


def write_demonstration_key(path: Path) -> Path:
    """Write the public key of the demonstration, marked as such."""
    secret = hashlib.sha256(b"evalkit demonstration").hexdigest()
    return write_text_atomically(path, f"{DEMONSTRATION_MARK}\n{secret}\n")


def check_same_key(workspace: Workspace, key: IdentityKey) -> None:
    """Check that the key is the one of the first delivery: another one would cut every pathway in two.

    Raises:
        RefusedFileError: the key has changed (``EVK-R035``).
    """
    path = workspace.data / "restricted" / "identity-key.txt"
    if not path.exists():
        write_text_atomically(path, key.fingerprint + "\n")
    elif path.read_text(encoding="utf-8").strip() != key.fingerprint:
        message = "La clé d’identité n’est pas celle des livraisons précédentes : les parcours seraient coupés."
        raise refused("EVK-R035", message)


def _key_path(workspace: Workspace) -> Path:
    named = os.environ.get(KEY_VARIABLE) or workspace.config.key_file
    if not named:
        raise refused("EVK-R034", "Ce flux suit des personnes, et aucune clé d’identité n’est indiquée.")
    return (workspace.root / Path(named).expanduser()).resolve()
