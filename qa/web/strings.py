# ruff: noqa: RUF001 - typographic quotes are meant
"""Every word the interface itself says, in one place and in each of its languages; documents speak for themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from qa.web.words import Words

if TYPE_CHECKING:
    from collections.abc import Mapping

PRODUCT: Final = "Chapter & Verse"

ENGLISH: Final = Words(
    language="en",
    name="English",
    path="",
    thousands=",",
    tagline="Answers in the documents’ own words, each with its place in the source.",
    start_title="What would you like to know?",
    start_text="You get the passage that answers, word for word, and a link to where it stands. "
    "If the documents do not say, you are told so.",
    examples="Try one of these",
    new_conversation="New conversation",
    conversation="Conversation",
    question_label="Your question",
    question_placeholder="Ask a question",
    ask="Ask",
    searching="Searching the documents",
    no_question="(no question)",
    asked_as="Asked as:",
    quoted_of="“{}”",
    premise_other_of="The question names {}; the closest passage speaks of {}.",
    premise_lacking_of="The question names {}, which the closest passage does not mention.",
    other_language="The question seems to be in a language the model does not know; only words that stand in the "
    "documents as they stand in the question could be looked for.",
    why="Why this passage",
    why_question="Word of the question",
    why_passage="Met in the passage",
    why_share="Share",
    why_title="title or metadata",
    why_sum_of="Score {}, of which:",
    parts={
        "lexical": "shared words (BM25)",
        "passage": "whole passage",
        "sentence": "best sentence",
        "phrase": "neighbouring words",
        "document": "document named",
        "conversation": "what was said before",
    },
    answered="Answered in the documents’ own words",
    not_answered="The documents do not answer this.",
    closest="Closest, but probably not an answer",
    reasons={
        "nothing-relevant": "No passage comes close enough to be an answer. "
        "Other words or a narrower question may help.",
        "empty-question": "There was nothing to look for: please type a question in words.",
        "empty-index": "No documents have been indexed yet. Add some with “qa index”, then ask again.",
        "question-too-long": "The question is too long to be understood as one. Please ask it in a sentence or two.",
        "language-not-covered": "This search does not cover the language of the question. Please ask in English.",
    },
    no_reason="No passage was found.",
    levels={"high": "high confidence", "medium": "medium confidence", "low": "low confidence"},
    percent_of="{}\N{NO-BREAK SPACE}%",
    further_of=("1 further passage", "{} further passages"),
    also_documents_of=("Also in 1 other document", "Also in {} other documents"),
    also_places_of=("Also in 1 other place", "Also in {} other places"),
    characters_of="… ({} characters in all)",
    failed="Something went wrong while answering this question. Please ask again; if it happens again, "
    "the server’s log says what failed.",
    busy="Too many questions are waiting right now. Please ask again in a moment.",
    too_many="That was too many questions in a short time. Please wait a minute, then ask again.",
    unreachable="The server does not answer. Is it still running?",
    source="Source document",
    source_text="Text of the source document",
    opens_source="(opens the source at this passage)",
    close="Close",
    back="Back to the conversation",
    source_missing="This passage cannot be shown: the document is no longer in the index, or it has changed.",
    source_failed="The source could not be opened. Please try again; the server’s log says what failed.",
    source_unreachable="The source could not be fetched: the server does not answer. Is it still running?",
    view_label="Shown as",
    text_view="Text",
    page_view="Page",
    pages_label="Turn pages",
    page_of="Page {}",
    page_of_all="Page {} of {}",
    previous_page="Previous page",
    next_page="Next page",
    to_passage_of="To the passage (page {})",
    larger="Larger",
    download="Download",
    picture_of="Picture of page {} of “{}”",
    marked_here="Marked on this page:",
    nothing_marked="Nothing is marked on this page.",
    file_changed="The file has changed since it was indexed, so its pages are not shown. "
    "This is the text that was indexed.",
    page_problems={
        "no-page": "The document has no such page. This is its text.",
        "damaged": "The page cannot be drawn, because the file is damaged there. This is the document’s text.",
        "too-large": "The page needs more memory than a page may take. This is the document’s text.",
        "timeout": "The page takes too long to draw. This is the document’s text.",
        "busy": "Too many pages are being drawn right now. This is the document’s text; try again in a moment.",
    },
    no_documents="No documents have been indexed",
    one_document="Searching in",
    documents_of="Searching in {} documents",
    paragraph_of="Paragraph {}",
    copy_quotation="Copy quotation",
    quotation_copied="Quotation copied, with its citation.",
    copy_link="Copy link",
    link_copied="Link copied. It opens this question again.",
    copy_failed="The browser did not allow copying.",
    right_passage="This is the right passage",
    right_noted="Noted as the right passage.",
    no_answer_here="No answer here",
    no_answer_noted="Noted: the documents do not answer this.",
    withdrawn="Withdrawn.",
    feedback_failed="This could not be noted: the server does not answer, or no longer has the conversation.",
    conversations="Conversations",
    conversations_text="Kept on the server, for you alone.",
    no_conversations="There are none yet. Every question you ask is kept here.",
    rename="Rename",
    delete="Delete",
    delete_really="Really delete",
    cancel="Cancel",
    save="Save",
    title_label="Title of the conversation",
    export_as="Export as",
    exported_of="Exported from Chapter & Verse on {}",
    span_of="characters {} to {}",
    renamed="Renamed.",
    deleted="Deleted.",
    opened="Conversation opened.",
    conversation_missing="This conversation is no longer kept, or belongs to another browser.",
    conversation_failed="This conversation could not be opened; the server’s log says what failed.",
    conversations_failed="The conversations could not be fetched: the server does not answer. Is it still running?",
    questions_of=("1 question", "{} questions"),
    sign_in="Sign in",
    sign_in_text="Please sign in to ask the documents.",
    sign_out="Sign out",
    user_name="Name",
    password="Password",  # noqa: S106 - a label
    sign_in_failed="Name or password is wrong.",
    sign_in_wait_of="There were too many wrong passwords. Please wait {} s, then try again.",
)

FRENCH: Final = Words(
    language="fr",
    name="Français",
    path="fr/",
    thousands="\N{NARROW NO-BREAK SPACE}",
    tagline="Des réponses dans les mots mêmes des documents, chacune avec sa place dans la source.",
    start_title="Que souhaitez-vous savoir\N{NARROW NO-BREAK SPACE}?",
    start_text="Vous recevez le passage qui répond, mot pour mot, et un lien vers l’endroit où il se trouve. "
    "Si les documents ne le disent pas, on vous le dit.",
    examples="Essayez l’une de ces questions",
    new_conversation="Nouvelle conversation",
    conversation="Conversation",
    question_label="Votre question",
    question_placeholder="Posez une question",
    ask="Demander",
    searching="Recherche dans les documents",
    no_question="(pas de question)",
    asked_as="Question posée\N{NO-BREAK SPACE}:",
    quoted_of="«\N{NO-BREAK SPACE}{}\N{NO-BREAK SPACE}»",
    premise_other_of="La question nomme {}\N{NO-BREAK SPACE}; le passage le plus proche parle de {}.",
    premise_lacking_of="La question nomme {}, que le passage le plus proche ne mentionne pas.",
    other_language="La question semble être dans une langue que le modèle ne connaît pas\N{NO-BREAK SPACE}; seuls les "
    "mots qui figurent tels quels dans les documents ont pu être cherchés.",
    why="Pourquoi ce passage",
    why_question="Mot de la question",
    why_passage="Trouvé dans le passage",
    why_share="Part",
    why_title="titre ou métadonnées",
    why_sum_of="Score {}, dont\N{NO-BREAK SPACE}:",
    parts={
        "lexical": "mots communs (BM25)",
        "passage": "passage entier",
        "sentence": "meilleure phrase",
        "phrase": "mots voisins",
        "document": "document nommé",
        "conversation": "ce qui a été dit avant",
    },
    answered="Réponse dans les mots mêmes des documents",
    not_answered="Les documents ne répondent pas à cette question.",
    closest="Le plus proche, mais sans doute pas une réponse",
    reasons={
        "nothing-relevant": "Aucun passage n’est assez proche pour être une réponse. "
        "D’autres mots ou une question plus précise peuvent aider.",
        "empty-question": "Il n’y avait rien à chercher\N{NO-BREAK SPACE}: veuillez écrire une question avec des mots.",
        "empty-index": "Aucun document n’est encore indexé. Ajoutez-en avec «\N{NO-BREAK SPACE}qa index"
        "\N{NO-BREAK SPACE}», puis demandez à nouveau.",
        "question-too-long": "La question est trop longue pour être comprise comme telle. "
        "Veuillez la poser en une ou deux phrases.",
        "language-not-covered": "Cette recherche ne couvre pas la langue de la question. Veuillez la poser en anglais.",
    },
    no_reason="Aucun passage n’a été trouvé.",
    levels={"high": "confiance élevée", "medium": "confiance moyenne", "low": "confiance faible"},
    percent_of="{}\N{NO-BREAK SPACE}%",
    further_of=("1 autre passage", "{} autres passages"),
    also_documents_of=("Aussi dans 1 autre document", "Aussi dans {} autres documents"),
    also_places_of=("Aussi à 1 autre endroit", "Aussi à {} autres endroits"),
    characters_of="… ({} caractères en tout)",
    failed="Une erreur s’est produite pendant la réponse à cette question. Veuillez la poser à nouveau"
    "\N{NO-BREAK SPACE}; si cela se répète, le journal du serveur dit ce qui a échoué.",
    busy="Trop de questions attendent en ce moment. Veuillez redemander dans un instant.",
    too_many="Trop de questions en peu de temps. Veuillez attendre une minute, puis redemander.",
    unreachable="Le serveur ne répond pas. Fonctionne-t-il encore\N{NARROW NO-BREAK SPACE}?",
    source="Document source",
    source_text="Texte du document source",
    opens_source="(ouvre la source à ce passage)",
    close="Fermer",
    back="Retour à la conversation",
    source_missing="Ce passage ne peut pas être affiché\N{NO-BREAK SPACE}: le document n’est plus dans l’index, "
    "ou il a changé.",
    source_failed="La source n’a pas pu être ouverte. Veuillez réessayer\N{NO-BREAK SPACE}; "
    "le journal du serveur dit ce qui a échoué.",
    source_unreachable="La source n’a pas pu être obtenue\N{NO-BREAK SPACE}: le serveur ne répond pas. "
    "Fonctionne-t-il encore\N{NARROW NO-BREAK SPACE}?",
    view_label="Afficher",
    text_view="Texte",
    page_view="Page",
    pages_label="Tourner les pages",
    page_of="Page {}",
    page_of_all="Page {} sur {}",
    previous_page="Page précédente",
    next_page="Page suivante",
    to_passage_of="Au passage (page {})",
    larger="Agrandir",
    download="Télécharger",
    picture_of="Image de la page {} de «\N{NO-BREAK SPACE}{}\N{NO-BREAK SPACE}»",
    marked_here="Marqué sur cette page\N{NO-BREAK SPACE}:",
    nothing_marked="Rien n’est marqué sur cette page.",
    file_changed="Le fichier a changé depuis son indexation, ses pages ne sont donc pas affichées. "
    "Voici le texte qui a été indexé.",
    page_problems={
        "no-page": "Le document n’a pas de telle page. Voici son texte.",
        "damaged": "La page ne peut pas être dessinée, car le fichier y est endommagé. Voici le texte du document.",
        "too-large": "La page demande plus de mémoire qu’une page n’en a le droit. Voici le texte du document.",
        "timeout": "Dessiner la page prend trop de temps. Voici le texte du document.",
        "busy": "Trop de pages sont dessinées en ce moment. Voici le texte du document\N{NO-BREAK SPACE}; "
        "réessayez dans un instant.",
    },
    no_documents="Aucun document n’est indexé",
    one_document="Recherche dans",
    documents_of="Recherche dans {} documents",
    paragraph_of="Paragraphe {}",
    copy_quotation="Copier la citation",
    quotation_copied="Citation copiée, avec sa référence.",
    copy_link="Copier le lien",
    link_copied="Lien copié. Il pose de nouveau cette question.",
    copy_failed="Le navigateur n’a pas permis la copie.",
    right_passage="C’est le bon passage",
    right_noted="Noté comme le bon passage.",
    no_answer_here="Pas de réponse ici",
    no_answer_noted="Noté\N{NO-BREAK SPACE}: les documents ne répondent pas à cette question.",
    withdrawn="Retiré.",
    feedback_failed="Cela n’a pas pu être noté\N{NO-BREAK SPACE}: le serveur ne répond pas, "
    "ou n’a plus cette conversation.",
    conversations="Conversations",
    conversations_text="Gardées sur le serveur, pour vous seul.",
    no_conversations="Il n’y en a pas encore. Chaque question que vous posez est gardée ici.",
    rename="Renommer",
    delete="Supprimer",
    delete_really="Supprimer vraiment",
    cancel="Annuler",
    save="Enregistrer",
    title_label="Titre de la conversation",
    export_as="Exporter en",
    exported_of="Exporté de Chapter & Verse le {}",
    span_of="caractères {} à {}",
    renamed="Renommée.",
    deleted="Supprimée.",
    opened="Conversation ouverte.",
    conversation_missing="Cette conversation n’est plus gardée, ou appartient à un autre navigateur.",
    conversation_failed="Cette conversation n’a pas pu être ouverte\N{NO-BREAK SPACE}; "
    "le journal du serveur dit ce qui a échoué.",
    conversations_failed="Les conversations n’ont pas pu être obtenues\N{NO-BREAK SPACE}: le serveur ne répond pas. "
    "Fonctionne-t-il encore\N{NARROW NO-BREAK SPACE}?",
    questions_of=("1 question", "{} questions"),
    sign_in="Se connecter",
    sign_in_text="Veuillez vous connecter pour interroger les documents.",
    sign_out="Se déconnecter",
    user_name="Nom",
    password="Mot de passe",  # noqa: S106 - a label
    sign_in_failed="Le nom ou le mot de passe est faux.",
    sign_in_wait_of="Trop de mots de passe faux. Veuillez attendre {} s, puis réessayer.",
)

LANGUAGES: Final[Mapping[str, Words]] = {words.language: words for words in (ENGLISH, FRENCH)}
"""The languages of the interface by tag, the first one the default."""


def preferred(accepted: str) -> Words:
    """Return the words in the language that an Accept-Language header likes best of those there are."""
    ranked = []
    for place, entry in enumerate(accepted.split(",")):
        tag, _, weight = entry.strip().partition(";q=")
        try:
            ranked.append((-float(weight or 1), place, tag.split("-")[0].lower()))
        except ValueError:
            continue
    return next((LANGUAGES[tag] for _, _, tag in sorted(ranked) if tag in LANGUAGES), ENGLISH)
