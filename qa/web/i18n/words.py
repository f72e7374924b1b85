"""The record of everything that the interface says; each language fills it from a file of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

PRODUCT: Final = "Chapter & Verse"
DEFAULT_LANGUAGE: Final = "en"
"""The language of the page at ``/``, of the readers' messages, and of browsers that prefer none of the others."""

_MONTHS: Final = 12


@dataclass(frozen=True, slots=True)
class Plural:
    """The two forms of a text: for exactly one thing, and for every other number, which ``{count}`` stands for."""

    one: str
    other: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The texts in one language; ``language`` is its BCP 47 tag. ``en.toml`` shows what each text is for."""

    language: str
    name: str
    thousands_separator: str
    decimal_separator: str
    percent: str
    quoted: str

    no_documents: str
    searching_in: str
    choose_documents: str
    only_in: str
    search_all: str
    ask_this_document: str
    choose_document: str
    chosen_count: Plural
    ask_chosen: str
    ask_listed: str
    show_chosen: str
    choose_none: str
    most_chosen: str
    scope_missing: str
    welcome_title: str
    welcome_text: str
    examples_title: str
    question_about: str
    recent_title: str
    drop_anywhere: str
    new_conversation: str
    conversation_label: str

    question_label: str
    question_placeholder: str
    ask_button: str
    searching: str
    empty_question: str
    shortened_question: str
    searched_for: str
    ask_without_context: str
    asked_without_context: str
    did_you_mean: str
    suggestions_label: str
    suggestion_count: Plural
    suggestion_asked_before: str
    suggestion_from_documents: str

    clarity: Mapping[str, str]
    not_answered: str
    closest: str
    no_answer: Mapping[str, str]
    no_answer_unexplained: str
    replies: Mapping[str, str]
    list_found: str
    list_all: str
    list_first: str
    list_none: str
    list_nearest: str
    list_and: str
    list_or: str
    list_more_passages: Plural
    more_passages: Plural
    also_in_documents: Plural
    also_in_places: Plural
    copy_quotation: str
    quotation_copied: str
    copy_link: str
    link_copied: str
    copy_failed: str
    open_source: str
    character_range: str
    metadata_names: Mapping[str, str]
    metadata_values: Mapping[str, str]
    months: str

    premise_differs: str
    premise_missing: str
    no_document_by: Mapping[str, str]
    no_document_by_source: str
    by_others: str

    why_title: str
    why_confidence: str
    why_question_column: str
    why_passage_column: str
    why_share_column: str
    why_in_metadata: str
    why_score: str
    score_parts: Mapping[str, str]
    right_question: str

    right_passage: str
    right_passage_noted: str
    wrong_passage: str
    wrong_passage_noted: str
    no_answer_here: str
    no_answer_noted: str
    feedback_withdrawn: str
    feedback_failed: str

    answer_failed: str
    queue_full: str
    too_many_questions: str
    server_unreachable: str

    source_title: str
    source_text_label: str
    close: str
    back_to_conversation: str
    source_missing: str
    source_failed: str
    source_unreachable: str
    file_changed: str
    passage_changed: str
    paragraph_number: str
    view_label: str
    text_view: str
    page_view: str
    pages_label: str
    page_number: str
    page_of_count: str
    previous_page: str
    next_page: str
    to_passage: str
    find_in_document: str
    hit_of_count: str
    no_hits: str
    previous_hit: str
    next_hit: str
    zoom_label: str
    zoom_out: str
    zoom_in: str
    print_document: str
    resize_source: str
    download: str
    page_image: str
    marked_on_page: str
    nothing_marked: str
    page_problems: Mapping[str, str]

    history_title: str
    history_text: str
    history_here: str
    history_empty: str
    history_failed: str
    question_count: Plural
    rename: str
    delete: str
    delete_confirm: str
    cancel: str
    save: str
    conversation_title_label: str
    export_as: str
    exported_at: str
    export_further: str
    conversation_renamed: str
    conversation_deleted: str
    conversation_opened: str
    conversation_missing: str
    conversation_failed: str

    sign_in: str
    sign_in_text: str
    sign_out: str
    user_name: str
    password: str
    sign_in_failed: str
    sign_in_wait: str

    documents_title: str
    index_sources: str
    index_time: str
    documents_failed: str
    documents_search_label: str
    facets: Mapping[str, str]
    all_values: Mapping[str, str]
    any_value: str
    folder: str
    all_folders: str
    record_kind: str
    listed_count: Plural
    listed_of_total: str
    no_document_matches: str
    show_more: str
    passage_count: Plural
    added_here: str
    reading_doubts: str
    reading_doubts_page: str
    doubts: Mapping[str, str]

    add_documents: str
    drop_files: str
    choose_files: str
    file_limits: str
    changes_not_allowed: str
    folder_dropped: str
    upload_sending: str
    upload_failed: str
    upload_waiting: str
    upload_reading: str
    upload_indexed: str
    upload_indexed_documents: str
    upload_not_indexed: str
    upload_removed: str
    replace_file: str
    dismiss: str
    refusals: Mapping[str, str]

    remove: str
    remove_file: str
    remove_confirm: str
    removing: str
    removed: str

    update_reading: str
    update_encoding: str
    update_starting: str
    update_waiting: str
    update_done: str
    update_failed: str
    update_problems: Mapping[str, str]
    """By the class of the error, "other" for any other; ``{problem}`` is the error's own sentence, in English."""

    skipped_files: Plural
    skipped_text: str
    skipped_because: str
    skip_reasons: Mapping[str, str]

    @property
    def path(self) -> str:
        """Return where the page in this language is, below the address of the server: ``""`` or ``"fr/"``."""
        return "" if self.language == DEFAULT_LANGUAGE else f"{self.language}/"

    def number(self, number: int) -> str:
        """Return a number with its thousands separated."""
        return f"{number:,}".replace(",", self.thousands_separator)

    def count(self, forms: Plural, number: int) -> str:
        """Say how many there are of something."""
        return (forms.one if number == 1 else forms.other).format(count=self.number(number))

    def decimal(self, number: float) -> str:
        """Return a number with three decimal places."""
        return f"{number:.3f}".replace(".", self.decimal_separator)

    def documents(self, number: int) -> str:
        """Say how many documents are searched."""
        return self.count(self.listed_count, number) if number else self.no_documents

    def skip_message(self, reason: str, detail: str) -> str:
        """Say why a file was skipped.

        ``detail`` is the reader's message, which says more but is in English; other languages leave it out.
        """
        said = self.skipped_because.format(reason=self.skip_reasons.get(reason, reason))
        return f"{said} {detail}" if self.language == DEFAULT_LANGUAGE else said

    def probability(self, probability: float) -> str:
        """Return ``93 %``; never 0 % or 100 %."""
        return self.percent.format(percent=min(max(round(100 * probability), 1), 99))

    def date(self, date: str) -> str:
        """Return an ISO 8601 date as people write it: ``22 December 2023``; what is no such date stays as it is."""
        year, _, rest = date.partition("-")
        month, _, day = rest.partition("-")
        if not (month.isdecimal() and day.isdecimal() and 0 < int(month) <= _MONTHS):
            return date
        return f"{int(day)} {self.months.split()[int(month) - 1]} {year}"
