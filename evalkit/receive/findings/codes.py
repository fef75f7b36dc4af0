"""The table of what a reception may find: stable code, severity, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from evalkit.declare.feed import Severity
from evalkit.store.delivery import Outcome


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of finding.

    Attributes:
        title: what it is, in French, for the documentation.
        severity: what it does to the verdict; a declared check brings its own.
        outcome: a failed check, a repair, a remark.
        repair: what the partner does, in French; empty when there is nothing to do.
    """

    title: str
    severity: Severity
    outcome: Outcome = Outcome.FAILED
    repair: str = ""


def _blocking(title: str, repair: str) -> Kind:
    return Kind(title, Severity.BLOCKING, Outcome.FAILED, repair)


def _major(title: str, repair: str) -> Kind:
    return Kind(title, Severity.MAJOR, Outcome.FAILED, repair)


def _change(title: str, repair: str) -> Kind:
    return Kind(title, Severity.MINOR, Outcome.FAILED, repair)


def _repaired(title: str, repair: str = "") -> Kind:
    return Kind(title, Severity.MINOR, Outcome.REPAIRED, repair)


def _noted(title: str, repair: str = "") -> Kind:
    return Kind(title, Severity.MINOR, Outcome.NOTED, repair)


_FILE = {
    "EVK-R001": _blocking("Fichier qui n’est pas un tableau", "Envoyez un fichier CSV ou un classeur XLSX."),
    "EVK-R002": _blocking(
        "Archive sans tableau unique", "Envoyez une archive qui contient un seul fichier de données."
    ),
    "EVK-R003": _blocking("Deux encodages dans un fichier", "Exportez de nouveau le fichier, en UTF-8."),
    "EVK-R004": _blocking("Fichier sans ligne de données", "Vérifiez l’export, puis envoyez le fichier complet."),
    "EVK-R005": _blocking("Ligne d’en-tête introuvable", "Laissez les noms des colonnes sur une seule ligne."),
    "EVK-R006": _blocking("Colonne en double", "Gardez une seule des colonnes de même nom."),
    "EVK-R007": _blocking("Guillemet jamais fermé", "Fermez ou supprimez le guillemet, ou exportez de nouveau."),
    "EVK-R008": _blocking("Fichier coupé", "Envoyez de nouveau le fichier : sa fin manque."),
    "EVK-R009": _blocking(
        "Nombre de cases inattendu", "Corrigez ces lignes : un séparateur manque, ou un texte en contient un."
    ),
    "EVK-R010": _blocking("Fichier trop volumineux", "Découpez le fichier par période."),
    "EVK-R011": _noted("Format différent de l’extension"),
    "EVK-R012": _noted("Encodage autre que UTF-8"),
    "EVK-R013": _major("Caractères abîmés", "Exportez de nouveau en UTF-8, sans passer par une conversion."),
    "EVK-R014": _noted("Lignes de titre avant l’en-tête"),
    "EVK-R015": _noted("Totaux et notes mis de côté"),
    "EVK-R016": _repaired("Colonnes vides retirées"),
    "EVK-R017": _noted("Autres feuilles du classeur non lues"),
    "EVK-R018": _blocking("Colonne sans titre", "Donnez un titre à cette colonne ou supprimez-la."),
}

_COLUMNS = {
    "EVK-R020": _blocking("Flux non reconnu", "Nommez le flux, ou reprenez les titres de colonnes convenus."),
    "EVK-R021": _blocking("Fichier d’un autre flux", "Envoyez le bon fichier, ou nommez l’autre flux."),
    "EVK-R022": _blocking("Colonne obligatoire absente", "Ajoutez la colonne, ou rendez-lui le titre convenu."),
    "EVK-R023": _noted("Colonne facultative absente"),
    "EVK-R024": _blocking("Colonnes non convenues", "Supprimez ces colonnes, ou faites-les ajouter à la convention."),
    "EVK-R025": _noted("Colonnes non déclarées, non conservées"),
    "EVK-R026": _blocking("Producteur à préciser", "Précisez le producteur de la livraison."),
    "EVK-R027": _blocking("Période à préciser", "Précisez la période de la livraison."),
    "EVK-R028": _noted("Période lue dans le nom du fichier", "Précisez la période si ce n’est pas la bonne."),
    "EVK-R029": _major("Lignes d’une autre période", "Vérifiez la période de la livraison et celle des lignes."),
}

_PERSONAL = {
    "EVK-R030": _blocking("Numéro de sécurité sociale", "Retirez tout NIR du fichier ; il ne doit jamais circuler."),
    "EVK-R031": _blocking("Adresse ou téléphone de personne", "Retirez les adresses électroniques et les téléphones."),
    "EVK-R032": _blocking("Colonne identifiante non convenue", "Supprimez les colonnes qui nomment des personnes."),
    "EVK-R033": _blocking(
        "Identité non pseudonymisée",
        "Envoyez l’empreinte de 64 caractères (0-9, a-f) que fournit le tiers de confiance.",
    ),
    "EVK-R034": _blocking(
        "Clé d’identité absente", "Indiquez le fichier de la clé par la variable EVALKIT_KEY_FILE ou dans evalkit.yml."
    ),
    "EVK-R035": _blocking(
        "Clé d’identité inutilisable", "Rendez la clé d’origine, gardée hors de l’espace de travail."
    ),
    "EVK-R036": _noted("Clé publique de démonstration"),
    "EVK-R037": _repaired(
        "Coordonnées ou noms retirés d’un texte", "Évitez les coordonnées et les noms dans les textes libres."
    ),
    "EVK-R038": _noted("Lignes de personnes qui s’opposent, non conservées"),
    "EVK-R088": _blocking("Nom de personne", "Retirez les noms de personnes, ou remplacez-les par un code."),
    "EVK-R039": _blocking(
        "Numéro d’un entrepreneur individuel",
        "Retirez le SIREN ou le SIRET des entrepreneurs individuels, ou envoyez des totaux.",
    ),
}

_VALUES = {
    "EVK-R040": _repaired("Écritures ramenées à la forme commune"),
    "EVK-R041": _major("Valeurs illisibles", "Corrigez ces valeurs, puis envoyez de nouveau le fichier."),
    "EVK-R042": _noted("Valeurs absentes, avec leur cause"),
    "EVK-R043": _noted("Cases vides tenues pour secrètes"),
    # A declared rule on the zone says how many unknown places are too many.
    "EVK-R044": Kind(
        "Zones inconnues",
        Severity.MINOR,
        Outcome.FAILED,
        "Utilisez le code ou le nom d’une zone déclarée, ou « hors QPV ».",
    ),
    "EVK-R045": _noted("Lignes d’autres territoires, non conservées"),
    "EVK-R046": _major("Deux millésimes de quartiers mêlés", "Utilisez un seul millésime de codes (QP ou QN)."),
    "EVK-R047": _major("Codes d’un autre millésime", "Utilisez les codes du millésime convenu pour ce flux."),
    "EVK-R048": _repaired("Lignes en double exact, gardées une fois"),
    "EVK-R049": _noted("Lignes de total mises de côté"),
}

_CHECKS = {
    "EVK-R050": _blocking("Valeur obligatoire absente", "Remplissez cette colonne sur chaque ligne."),
    "EVK-R051": _blocking("Clé en double", "Gardez une seule ligne par clé."),
    "EVK-R052": _major("Valeur hors des bornes", "Vérifiez ces valeurs à la source."),
    "EVK-R053": _major("Mot hors de la liste convenue", "Utilisez un des mots convenus."),
    "EVK-R054": _major("Code mal formé", "Écrivez le code dans la forme convenue."),
    "EVK-R055": _major("Contrôle déclaré non satisfait", "Corrigez ces lignes à la source."),
    "EVK-R056": _major("Règle déclarée non respectée", "Corrigez ces lignes à la source."),
    "EVK-R057": Kind(
        "Contrôle qui n’a pas pu être exécuté", Severity.MAJOR, Outcome.NOT_RUN, "Signalez-le à l’évaluateur."
    ),
    "EVK-R058": _blocking("Aucune ligne conservée", "Vérifiez que le fichier concerne bien ce territoire."),
    "EVK-R059": _blocking(
        "Trop de lignes refusées", "Corrigez les lignes refusées, puis envoyez de nouveau le fichier."
    ),
}

_TERMS = {
    "EVK-R060": _blocking("Flux individuel sans clause signée", "Faites signer la clause DATA avant tout envoi."),
    "EVK-R061": _blocking(
        "Protection des données incomplète", "Complétez le volet protection de la clause (base légale, AIPD réalisée)."
    ),
    "EVK-R062": Kind("Clause absente", Severity.MAJOR, Outcome.NOTED, "Préparez la clause DATA de ce flux."),
    "EVK-R063": _noted("Données ouvertes, sans clause"),
    "EVK-R064": _noted("Livraison en retard"),
    "EVK-R065": _noted("Clause fictive de démonstration"),
    "EVK-R066": _major("Période hors de la clause", "Faites étendre la clause à ces périodes."),
    "EVK-R067": _blocking(
        "Flux individuel sans finalité",
        "Écrivez dans la clause à quoi serviront les données : indicateur, cohorte ou comparaison.",
    ),
    "EVK-R068": _noted("Livraison dont les lignes ont été supprimées"),
    "EVK-R087": _major(
        "Effectifs sous le seuil de secret de la clause", "Écrivez « s » (secret) à la place de ces effectifs."
    ),
}

_CONTENT = {
    "EVK-R086": _major("Colonne qui semble contenir des noms", "Remplacez les noms de personnes par un code."),
    "EVK-R069": _noted("SIREN ou SIRET dont la nature n’est pas dite"),
    "EVK-R083": _major("Parts qui ne font pas le total", "Corrigez les parts ou le total à la source."),
    "EVK-R084": _major("Date impossible", "Vérifiez ces dates à la source."),
    "EVK-R085": _major("Code national inexact", "Vérifiez ces codes : un chiffre ou la lettre de contrôle est faux."),
}

_HISTORY = {
    "EVK-R070": _change("Volume inhabituel", "Vérifiez que le fichier est complet."),
    "EVK-R071": _change("Niveau inhabituel", "Vérifiez l’unité et le champ de cette colonne."),
    "EVK-R072": _change("Remplissage inhabituel", "Vérifiez que la colonne a bien été exportée."),
    "EVK-R073": _change("Répartition inhabituelle", "Vérifiez que le champ et les mots n’ont pas changé."),
    "EVK-R074": _change("Modalité disparue", "Dites si cette modalité manque, a changé de nom ou n’existe plus."),
    "EVK-R075": _change("Modalité apparue", "Dites si cette modalité est nouvelle ou en remplace une autre."),
    "EVK-R076": _change("Colonne disparue", "Rendez la colonne, ou faites dire à la convention qu’elle n’existe plus."),
    "EVK-R077": _change("Colonne renommée", "Gardez le même titre d’un envoi à l’autre, si le contenu est le même."),
    "EVK-R078": _noted("Colonne apparue"),
    "EVK-R079": Kind("Contrôle de l’historique non exécuté", Severity.MINOR, Outcome.NOT_RUN),
    "EVK-R080": _major("Lignes déjà reçues", "Retirez les lignes déjà envoyées, ou dites laquelle des deux est juste."),
    "EVK-R081": _major("Deux sources en désaccord", "Comparez les champs, les dates et les unités des deux sources."),
    "EVK-R082": _major("Code hors de la liste reçue", "Vérifiez ces codes, ou envoyez la liste à jour."),
}

_SOURCES = {
    "EVK-R090": _noted("Base dont l’année n’est pas celle des données"),
    "EVK-R091": _noted("Rupture de la source"),
    "EVK-R092": _noted("Erreur connue de la source", "Vérifiez cette valeur auprès du producteur avant de l’utiliser."),
    "EVK-R093": _major(
        "Description des colonnes en désaccord avec les données", "Vérifiez que les deux fichiers vont ensemble."
    ),
    "EVK-R094": _noted("Description des colonnes, fournie avec les données"),
    "EVK-R095": _repaired("Lignes vides retirées"),
}

KINDS: Mapping[str, Kind] = MappingProxyType(
    {**_FILE, **_COLUMNS, **_PERSONAL, **_VALUES, **_CHECKS, **_TERMS, **_CONTENT, **_HISTORY, **_SOURCES}
)
"""Every code that a reception may print, with its severity and its repair."""
