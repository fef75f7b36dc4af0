"""The keys that turn a partner's pseudonym into ours, one per purpose; they live outside the workspace."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from evalkit.declare.clause import Purpose
from evalkit.receive.findings.finding import refused
from evalkit.store.atomic import write_text_atomically
from evalkit.store.delivery import Delivery
from evalkit.workspace.workspace import Workspace

KEY_VARIABLE = "EVALKIT_KEY_FILE"
DEMONSTRATION_MARK = "# CLÉ PUBLIQUE DE DÉMONSTRATION : ne protège personne, n’en faites aucun autre usage"
_PUBLIC_SECRET = hashlib.sha256(b"evalkit demonstration").hexdigest()
_SHORTEST = 32
_DATED = re.compile(r"(\d{4}-\d{2}-\d{2})\s+(\S+)")


@dataclass(frozen=True, slots=True)
class IdentityKey:
    """A secret key; its representation never shows it.

    Attributes:
        secret: at least 32 bytes.
        is_demonstration: the key is public and protects nobody.
        since: the first day of reception on which it serves.
    """

    secret: bytes = field(repr=False)
    is_demonstration: bool = False
    since: dt.date = dt.date.min

    @property
    def fingerprint(self) -> str:
        """Return what identifies the key without giving it away."""
        return self._digests("evalkit key fingerprint", [""])[0][:16]

    def pseudonym(self, contract: str, purpose: Purpose, received: str) -> str:
        """Return our pseudonym of one person, see :meth:`pseudonyms`."""
        return self.pseudonyms(contract, purpose, [received])[0]

    def pseudonyms(self, contract: str, purpose: Purpose, received: Iterable[str]) -> list[str]:
        """Return our pseudonyms of a partner's: keyed HMAC-SHA256, one space of names per contract and purpose.

        Two purposes, or two contracts, cannot be joined without the key. It stays personal data.

        Source: RFC 2104; CNIL and EDPS advise a keyed hash with its key kept apart.
        """
        return self._digests(f"{contract}\x00{purpose.value}\x00", received)

    def objections(self, contract: str, received: Iterable[str]) -> list[str]:
        """Return the tokens that recognise persons who object; they can be joined with no pseudonym."""
        return self._digests(f"{contract}\x00opposition\x00", received)

    def _digests(self, beginning: str, ends: Iterable[str]) -> list[str]:
        """Return the digest of each message; what they have in common is hashed once."""
        begun = hmac.new(self.secret, beginning.encode(), "sha256")
        digests = []
        for end in ends:
            message = begun.copy()
            message.update(end.encode())
            digests.append(message.hexdigest())
        return digests


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys of a workspace, the oldest first: each serves from its day on.

    The former ones stay in the file: they find the rows of a person who objects, and mark objections.
    """

    keys: tuple[IdentityKey, ...]

    @property
    def first(self) -> IdentityKey:
        """Return the oldest key, which marks objections whatever the rotations."""
        return self.keys[0]

    def on(self, day: dt.date) -> IdentityKey:
        """Return the key in force on a day of reception; the oldest one before the first date."""
        return next((key for key in reversed(self.keys) if key.since <= day), self.first)


def read_keys(workspace: Workspace) -> Keyring:
    """Read the keys in the file named by ``EVALKIT_KEY_FILE``, else by ``key_file`` in ``evalkit.yml``.

    The file holds one key, or one per line behind the day since which it serves (``2027-01-01 …``): a rotation is
    declared by adding a line. Lines that begin with ``#`` are comments.

    Raises:
        RefusedFileError: no key is named or its file is absent (``EVK-R034``); it lies inside the workspace, is too
            short, is badly dated, or is the public one outside a demonstration (``EVK-R035``).
    """
    path = _key_path(workspace)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise refused("EVK-R034", "Le fichier de la clé d’identité est introuvable ou illisible.") from None
    if path.resolve().is_relative_to(workspace.root.resolve()):
        raise refused("EVK-R035", "La clé d’identité se trouve dans l’espace de travail : gardez-la ailleurs.")
    is_demonstration = DEMONSTRATION_MARK in text or _PUBLIC_SECRET in text
    if is_demonstration and not workspace.config.demonstration:
        raise refused("EVK-R035", "La clé publique de démonstration ne protège pas de vraies personnes.")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    keys = [IdentityKey(secret.encode(), is_demonstration, since) for since, secret in _dated_secrets(lines)]
    if any(len(key.secret) < _SHORTEST for key in keys):
        raise refused("EVK-R035", f"La clé d’identité a moins de {_SHORTEST} caractères.")
    if len({key.since for key in keys}) < len(keys) or len({key.fingerprint for key in keys}) < len(keys):
        raise refused("EVK-R035", "Deux clés d’identité ont la même date, ou la même clé a deux dates.")
    return Keyring(tuple(sorted(keys, key=lambda key: key.since)))


def _dated_secrets(lines: list[str]) -> list[tuple[dt.date, str]]:
    """Read dated keys; a file without any date holds one key, on one line or several."""
    dated = [_DATED.fullmatch(line) for line in lines]
    if not any(dated):
        return [(dt.date.min, "".join(lines))]
    if not all(dated):
        raise refused("EVK-R035", "Une ligne du fichier de clés d’identité n’a pas de date, alors que d’autres en ont.")
    try:
        return [(dt.date.fromisoformat(match[1]), match[2]) for match in dated if match is not None]
    except ValueError:
        raise refused("EVK-R035", "Une date du fichier de clés d’identité n’existe pas.") from None


def write_demonstration_key(path: Path) -> Path:
    """Write the public key of the demonstration, marked as such."""
    return write_text_atomically(path, f"{DEMONSTRATION_MARK}\n{_PUBLIC_SECRET}\n")


def check_known_keys(keys: Keyring, deliveries: tuple[Delivery, ...]) -> None:
    """Check that every key that made stored pseudonyms is declared: an unknown one would cut pathways unseen.

    Raises:
        RefusedFileError: a key that was used has gone from the file (``EVK-R035``).
    """
    declared = {key.fingerprint for key in keys.keys}
    used = {delivery.key for delivery in deliveries if delivery.key and delivery.is_accepted}
    if used - declared:
        message = (
            "La clé d’identité n’est pas celle des livraisons précédentes : les parcours seraient coupés sans qu’on le "
            "sache. Pour en changer, gardez l’ancienne et ajoutez la nouvelle, chacune sur une ligne après sa date de "
            "mise en service (AAAA-MM-JJ)."
        )
        raise refused("EVK-R035", message)


def _key_path(workspace: Workspace) -> Path:
    named = os.environ.get(KEY_VARIABLE) or workspace.config.key_file
    if not named:
        raise refused("EVK-R034", "Ce flux suit des personnes, et aucune clé d’identité n’est indiquée.")
    return (workspace.root / Path(named).expanduser()).resolve()
