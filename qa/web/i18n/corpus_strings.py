# ruff: noqa: RUF001 - typographic quotes are meant
"""What the interface says about the documents in the index, in each of its languages; see ``qa.web.i18n.strings``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusWords:
    """The words in one language; a pair is what is said of one thing and of several, ``{}`` is filled in."""

    thousands: str
    documents: str
    built_of: str
    sources_of: str
    unlisted: str
    search_label: str
    facets: Mapping[str, str]
    all_of: Mapping[str, str]
    record: str
    count_of: tuple[str, str]
    some_of: str
    none: str
    more: str
    passages_of: tuple[str, str]
    added_here: str
    doubts: str
    page_of: str

    add: str
    drop_here: str
    choose: str
    limits_of: str
    not_allowed: str
    folder: str
    sending: str
    unsent: str
    waiting: str
    being_read: str
    indexed_of: str
    indexed_several_of: str
    skipped_of: str
    failed_of: str
    absent: str
    replace: str
    refused: Mapping[str, str]

    remove: str
    remove_of: str
    remove_really: str
    cancel: str
    removing: str
    removed: str

    reading_of: str
    encoding_of: str
    beginning: str
    other_writer: str
    ready_of: str
    problem: str
    skipped_files_of: tuple[str, str]
    skipped_text: str
    reasons: Mapping[str, str]

    def counted(self, forms: tuple[str, str], number: int) -> str:
        """Say how many there are of something."""
        return forms[0] if number == 1 else forms[1].format(f"{number:,}".replace(",", self.thousands))

    def reason(self, reason: str) -> str:
        """Say why a file was skipped, in a word or two."""
        return self.reasons.get(reason, reason)


_ENGLISH: Final = CorpusWords(
    thousands=",",
    documents="Documents",
    built_of="As of {}.",
    sources_of="Indexed from {}; what is taken out of its folder leaves the index.",
    unlisted="The documents could not be listed: the server does not answer. Is it still running?",
    search_label="Find by title, file name or metadata",
    facets={"kind": "Type", "year": "Year", "speaker": "Speaker", "country": "Country", "language": "Language"},
    all_of={
        "kind": "All types",
        "year": "All years",
        "speaker": "All speakers",
        "country": "All countries",
        "language": "All languages",
    },
    record="record",
    count_of=("1 document", "{} documents"),
    some_of="{} of {}",
    none="No document is like that.",
    more="Show more",
    passages_of=("1 passage", "{} passages"),
    added_here="added here",
    doubts="Not all of it could be read safely",
    page_of="page {}",
    add="Add documents",
    drop_here="Drop files here, or",
    choose="Choose files",
    limits_of="PDF, Word, OpenDocument, RTF, EPUB, web pages, tables, Markdown and plain text, up to {} MB each.",
    not_allowed="Documents cannot be added or removed here.",
    folder="This is a folder; choose the files in it.",
    sending="Sending",
    unsent="It could not be sent: the server does not answer, or broke off. Please try again.",
    waiting="Waiting to be indexed",
    being_read="Being read",
    indexed_of="Indexed: {}",
    indexed_several_of="Indexed: {}, {}",
    skipped_of="Skipped, {}:",
    failed_of="Not indexed: {}",
    absent="It is not in the index: it was removed again.",
    replace="Replace",
    refused={
        "no-name": "It has no name that can be used. Rename it and try again.",
        "there-already": "A file of this name was added before.",
        "from-a-folder": "The index has a document of this name already, from an indexed folder. Rename the file.",
        "empty": "It is empty.",
        "too-large": "It is larger than a file may be here. Split it.",
        "too-many": "There are as many added files as there may be. Remove some first.",
        "no-space": "The server’s disk is too full.",
        "not-writable": "The server cannot write to its folder of added files.",
        "broken-off": "It did not arrive whole. Please try again.",
        "not-there": "This file is no longer there.",
        "not-allowed": "Documents cannot be added or removed here.",
        "busy": "Too many files are being sent right now. Please try again in a moment.",
    },
    remove="Remove",
    remove_of="Remove {}",
    remove_really="Really remove",
    cancel="Cancel",
    removing="being removed",
    removed="Removed. It leaves the answers with the next index.",
    reading_of="Reading files: {} of {}",
    encoding_of="Indexing passages: {} of {}",
    beginning="Indexing begins",
    other_writer="Another program is writing the index; this waits for it.",
    ready_of="The new index answers now: {}.",
    problem="The index could not be brought up to date, and answers as before:",
    skipped_files_of=("1 file was skipped", "{} files were skipped"),
    skipped_text="These files are not in the index.",
    reasons={
        "encrypted": "encrypted",
        "damaged": "damaged",
        "too-large": "too large",
        "unsupported": "not a known format",
        "no-text": "no text",
        "not-this-format": "not what its name says",
        "unreadable": "unreadable",
        "timeout": "takes too long",
        "same-name": "same name",
    },
)

_FRENCH: Final = CorpusWords(
    thousands="\N{NARROW NO-BREAK SPACE}",
    documents="Documents",
    built_of="État du {}.",
    sources_of="Indexés depuis {}\N{NO-BREAK SPACE}; ce qui est retiré de son dossier quitte l’index.",
    unlisted="Les documents n’ont pas pu être listés\N{NO-BREAK SPACE}: le serveur ne répond pas. "
    "Fonctionne-t-il encore\N{NARROW NO-BREAK SPACE}?",
    search_label="Chercher par titre, nom de fichier ou métadonnées",
    facets={"kind": "Genre", "year": "Année", "speaker": "Orateur", "country": "Pays", "language": "Langue"},
    all_of={
        "kind": "Tous les genres",
        "year": "Toutes les années",
        "speaker": "Tous les orateurs",
        "country": "Tous les pays",
        "language": "Toutes les langues",
    },
    record="notice",
    count_of=("1 document", "{} documents"),
    some_of="{} sur {}",
    none="Aucun document ne correspond.",
    more="En montrer d’autres",
    passages_of=("1 passage", "{} passages"),
    added_here="ajouté ici",
    doubts="Tout n’a pas pu être lu de façon sûre",
    page_of="p.\N{NO-BREAK SPACE}{}",
    add="Ajouter des documents",
    drop_here="Déposez des fichiers ici, ou",
    choose="Choisir des fichiers",
    limits_of="PDF, Word, OpenDocument, RTF, EPUB, pages web, tableaux, Markdown et texte brut, jusqu’à "
    "{}\N{NO-BREAK SPACE}Mo chacun.",
    not_allowed="On ne peut ni ajouter ni retirer de documents ici.",
    folder="C’est un dossier\N{NO-BREAK SPACE}; choisissez les fichiers qu’il contient.",
    sending="Envoi",
    unsent="L’envoi a échoué\N{NO-BREAK SPACE}: le serveur ne répond pas, ou s’est interrompu. Veuillez réessayer.",
    waiting="En attente d’indexation",
    being_read="En cours de lecture",
    indexed_of="Indexé\N{NO-BREAK SPACE}: {}",
    indexed_several_of="Indexé\N{NO-BREAK SPACE}: {}, {}",
    skipped_of="Écarté, {}\N{NO-BREAK SPACE}:",
    failed_of="Non indexé\N{NO-BREAK SPACE}: {}",
    absent="Il n’est pas dans l’index\N{NO-BREAK SPACE}: il a été retiré entre-temps.",
    replace="Remplacer",
    refused={
        "no-name": "Il n’a pas de nom utilisable. Renommez-le et réessayez.",
        "there-already": "Un fichier de ce nom a déjà été ajouté.",
        "from-a-folder": "L’index contient déjà un document de ce nom, venu d’un dossier indexé. Renommez le fichier.",
        "empty": "Il est vide.",
        "too-large": "Il est plus grand qu’un fichier ne peut l’être ici. Divisez-le.",
        "too-many": "Le nombre de fichiers ajoutés est atteint. Retirez-en d’abord.",
        "no-space": "Le disque du serveur est trop plein.",
        "not-writable": "Le serveur ne peut pas écrire dans son dossier de fichiers ajoutés.",
        "broken-off": "Il n’est pas arrivé entier. Veuillez réessayer.",
        "not-there": "Ce fichier n’est plus là.",
        "not-allowed": "On ne peut ni ajouter ni retirer de documents ici.",
        "busy": "Trop de fichiers sont en cours d’envoi. Veuillez réessayer dans un instant.",
    },
    remove="Retirer",
    remove_of="Retirer {}",
    remove_really="Retirer vraiment",
    cancel="Annuler",
    removing="en cours de retrait",
    removed="Retiré. Il quitte les réponses avec le prochain index.",
    reading_of="Lecture des fichiers\N{NO-BREAK SPACE}: {} sur {}",
    encoding_of="Indexation des passages\N{NO-BREAK SPACE}: {} sur {}",
    beginning="L’indexation commence",
    other_writer="Un autre programme écrit l’index\N{NO-BREAK SPACE}; on l’attend.",
    ready_of="Le nouvel index répond à présent\N{NO-BREAK SPACE}: {}.",
    problem="L’index n’a pas pu être mis à jour et répond comme avant\N{NO-BREAK SPACE}:",
    skipped_files_of=("1 fichier a été écarté", "{} fichiers ont été écartés"),
    skipped_text="Ces fichiers ne sont pas dans l’index.",
    reasons={
        "encrypted": "chiffré",
        "damaged": "endommagé",
        "too-large": "trop grand",
        "unsupported": "format inconnu",
        "no-text": "sans texte",
        "not-this-format": "autre chose que ce que dit son nom",
        "unreadable": "illisible",
        "timeout": "trop long à lire",
        "same-name": "même nom",
    },
)

CORPUS: Final[Mapping[str, CorpusWords]] = {"en": _ENGLISH, "fr": _FRENCH}
"""The words by the tag of their language."""
