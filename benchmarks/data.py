"""Say where the public sets come from, check them and lay them out: ``python -m benchmarks.data [--from FOLDER]``.

Nothing is downloaded. For each set this prints its licence, where to get it, and whether each of its files is, to the
byte, the one that the published figures were measured on. With ``--from`` it first puts what it finds there into
``--to`` (default ``../shared``): the files that ``SETS`` names, by the same paths, and the sets that are made from
``dev-v2.0.json`` (SQuAD 2.0) and ``COVID-QA.json``. Nothing that is there already is overwritten. The folder
``chosen`` has a line for every question that was measured, and for every article of COVID-QA.

The exit status is 0 if every file is there as measured, else 1.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.common import SHARED, command_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

CHOSEN = Path(__file__).parent / "chosen"
TITLE = 120
"""Letters of the first line of an article of COVID-QA that are its title."""

Record = dict[str, str]
Question = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Original:
    """A file as its authors publish it, with its SHA-256 where that is known, and what makes a set of it."""

    name: str
    convert: Callable[[Path], tuple[list[Record], list[Question]]]
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class PublicSet:
    """A set that others publish.

    ``files`` has by path, below the folder ``shared``, the SHA-256 of a file, several where several will do. A path
    that ends with a slash is a folder; its digest is that of the lines ``SHA-256, two spaces, path`` of its files.
    """

    title: str
    licence: str
    source: str
    files: Mapping[str, tuple[str, ...]]
    original: Original | None = None


def squad(path: Path) -> tuple[list[Record], list[Question]]:
    """Return the paragraphs of SQuAD's file as records, and the questions that were measured.

    A paragraph's id is its article and its number; a question's id is its line in ``chosen``, because the same words
    may be asked of two paragraphs, once with and once without an answer.
    """
    wanted, records, questions = _chosen("squad"), [], []
    for article in _articles(path):
        for number, paragraph in enumerate(article["paragraphs"]):
            document = f"{article['title']}#{number}"
            records.append({"_id": document, "title": article["title"].replace("_", " "), "text": paragraph["context"]})
            for entry in paragraph["qas"]:
                name = question_id(entry["question"], answerable=not entry["is_impossible"])
                if name in wanted:
                    wanted.remove(name)
                    questions.append(_question(name, entry, document))
    return records, questions


def covid(path: Path) -> tuple[list[Record], list[Question]]:
    """Return the articles of COVID-QA that were measured as records, and the questions on them."""
    wanted, records, questions = _chosen("covid"), [], []
    for paragraph in (paragraph for article in _articles(path) for paragraph in article["paragraphs"]):
        document, text = str(paragraph["document_id"]), paragraph["context"]
        if document in wanted:
            title = next(line for line in text.split("\n") if line.strip())[:TITLE]
            records.append({"_id": document, "title": title, "text": text})
            names = {f"{document}-{entry['id']}": entry for entry in paragraph["qas"]}
            questions += [_question(name, entry, document) for name, entry in names.items() if name in wanted]
    return records, questions


def question_id(question: str, *, answerable: bool) -> str:
    """Return the name of a question of SQuAD in ``chosen``."""
    return hashlib.sha256(f"{answerable} {question}".encode()).hexdigest()[:12]


def _articles(path: Path) -> list[dict]:
    return json.loads(path.read_text("utf-8"))["data"]


def _chosen(name: str) -> set[str]:
    return set((CHOSEN / f"{name}.txt").read_text("utf-8").split())


def _question(name: str, entry: Mapping, document: str) -> Question:
    spans = [[answer["answer_start"], answer["answer_start"] + len(answer["text"])] for answer in entry["answers"]]
    return {
        "_id": name,
        "text": entry["question"],
        "answerable": bool(spans),
        "spans": {document: spans} if spans else {},
    }


def write_set(folder: Path, records: Iterable[Record], questions: Iterable[Question]) -> None:
    """Write an evaluation set with its own corpus, as the contract has it."""
    folder.mkdir(parents=True)
    rows = ["query-id\tcorpus-id\tscore"]
    rows += [f"{entry['_id']}\t{document}\t1" for entry in questions for document in entry["spans"]]
    (folder / "qrels.tsv").write_text("\n".join(rows) + "\n", "utf-8")
    for name, entries in (("corpus.jsonl", records), ("queries.jsonl", questions)):
        lines = (json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)
        (folder / name).write_text("".join(lines), "utf-8")


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, or of the list of a folder's files, sorted by path."""
    if path.is_dir():
        files = sorted((file.relative_to(path).as_posix(), file) for file in path.rglob("*") if file.is_file())
        return hashlib.sha256("".join(f"{digest(file)}  {name}\n" for name, file in files).encode()).hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def lay_out(name: str, given: Path, shared: Path) -> Iterator[str]:
    """Put a set's files that are in ``given`` into ``shared``, and yield a sentence on each."""
    found = SETS[name]
    original = found.original and given / found.original.name
    folder = shared / "eval" / name
    if original and original.is_file() and not folder.exists():
        if found.original.sha256 not in (None, digest(original)):
            yield f"{original} is not the file that its authors publish: its SHA-256 is {digest(original)}"
            return
        try:
            write_set(folder, *found.original.convert(original))
        except (ValueError, KeyError, TypeError) as error:
            yield f"{original} is not in the form of SQuAD: {error!r}"
        else:
            yield f"{folder} is made from {original.name}"
    for path in found.files:
        source, target = given / path, shared / path
        if source.exists() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            (shutil.copytree if source.is_dir() else shutil.copyfile)(source, target)
            yield f"{target} is copied"


def check(name: str, shared: Path) -> Iterator[tuple[bool, str]]:
    """Yield of each file of a set whether it is as measured, and a sentence that says so."""
    for path, accepted in SETS[name].files.items():
        if not (shared / path).exists():
            yield False, f"{path} is missing"
        elif (now := digest(shared / path)) in accepted:
            yield True, f"{path} is as measured"
        else:
            yield False, f"{path} is not what was measured: its SHA-256 is {now}"


SETS: Final = {
    "squad": PublicSet(
        "SQuAD 2.0, development set",
        "CC BY-SA 4.0",
        "dev-v2.0.json from https://rajpurkar.github.io/SQuAD-explorer/. What is made of it lacks twelve paragraphs "
        "without questions, of other articles, that were searched besides.",
        {
            "eval/squad/corpus.jsonl": (
                "bb7ee7baeadd5be23c9a1580b65d32c22f8508a28e9fe67a654e034c86ec465c",
                "f9d0dc147688213bc5678fe746d2807d24017cec1f4b8b78f2d5802b0a3b5dc9",  # without the twelve
            ),
            "eval/squad/queries.jsonl": (
                "40d63b6a621d4c2f09a6d3c75eaffa40cfeb4860f7e81ed242014fd8ea45d70f",
                "d9137f1289c9d333423c2e3ef81daab90103619c8a471d81be59dadd7943ffcb",  # with ids of its own
            ),
            "eval/squad/qrels.tsv": (
                "046e08f81e49bb008824956b092e4687f1cb3870b9fa0df55db0e67312306a0b",
                "5c9ab64d70417242d2807268503f622e2fc181e13e7ab3707dd3a837b67f51bb",
            ),
        },
        Original("dev-v2.0.json", squad, "80a5225e94905956a6446d296ca1093975c4d3b3260f1d6c8f68bc2ab77182d8"),
    ),
    "clapnq": PublicSet(
        "CLAPNQ, development set: half of the questions, each with its passage",
        "Apache-2.0",
        "https://github.com/primeqa/clapnq",
        {
            "eval/clapnq/corpus.jsonl": ("cec5b5f763d9b618aff56a9f66929ea7054dcdde7b23699c3cc42aa32b52b9cc",),
            "eval/clapnq/queries.jsonl": ("6a7e4c0adbceb33af3fb89df7e092a16b4a02ae4f17d9ce74785238a4e044d59",),
            "eval/clapnq/qrels.tsv": ("a32942fc168e9c29996e85c6e296dcf5b9f8a83ff110848c97ff90dcbf8ecd09",),
        },
    ),
    "mtrag": PublicSet(
        "MTRAG: last turns of half of the conversations, with their passages",
        "Apache-2.0",
        "https://github.com/IBM/mt-rag-benchmark",
        {
            "eval/mtrag/corpus.jsonl": ("9f076c200e51e38658aae9f1588ec630eb4a5d3c2c292129230951d81b9570b3",),
            "eval/mtrag/queries.jsonl": ("bce49c558e7a48ae41b1b3d8663ab5ca9a06b320adc534123e276643bc981b68",),
            "eval/mtrag/qrels.tsv": ("15c1d2feb4250d6ae16852c5e12579a2690b94a707204a47c32a7b400a03095d",),
        },
    ),
    "covid": PublicSet(
        "COVID-QA: 98 articles",
        "Apache-2.0",
        "COVID-QA.json from https://github.com/deepset-ai/COVID-QA",
        {
            "eval/covid/corpus.jsonl": ("22d8e27490f2b1e5f0fea67f199cd0379da9d718731c314dc735ee0233501e24",),
            "eval/covid/queries.jsonl": ("5c972e3c72f5db2b55eb7cd5690ba497aee9d369534a979c9a9af6ccc3229413",),
            "eval/covid/qrels.tsv": ("404933a39d9faabdd68b34d11634828a4eeb368a4d065d147c4740bd084bf147",),
        },
        Original("COVID-QA.json", covid),
    ),
    "speeches": PublicSet(
        "UN General Debate Corpus: the speeches of 2017 and 2018, and for scale those of 2001 to 2024",
        "CC0 1.0",
        "https://doi.org/10.7910/DVN/0TJX8Y, one text file a speech, named COUNTRY_SESSION_YEAR.txt",
        {
            "corpora/un/speeches/": ("92f98a204c05a56730c627b6a32a492ec759f0273b4d0d38e73145633accdf4f",),
            "corpora/ungdc/": ("f2dc370586bdd5485bb847ad081532f24a49cdbb6cb47212a463bb72a36fb76c",),
        },
    ),
    "documents": PublicSet(
        "United Nations documents: 123 of the General Assembly, 34 drafts of the Security Council, the statement",
        "issued under a United Nations document symbol",
        "https://documents.un.org, the English PDF of each symbol, named as A_RES_78_115.pdf; data/documents",
        {
            "corpora/un/resolutions/": ("4e405522e56de9d912e83a4540ac2c94c9226e307d9c28d893090903844f994b",),
            "corpora/un/drafts/": ("2a2c7566b61f771c1c6b0cd093bcbd8ada5819dd414825f2ee702687d18c55ed",),
            "corpora/un/statement-voronkov-moscow-2018.txt": (
                "e21f2a4f159c9e78f1fec15366879805b4f0917649a0282272602011610fd223",
            ),
        },
    ),
}
"""The sets of the tables in README and docs that are not part of the project."""


def main() -> int:
    """Say of every set where it comes from, lay out what is given, and check what is there."""
    parser = command_line(__doc__)
    parser.add_argument("--from", dest="given", type=Path, metavar="FOLDER", help="where you put what you downloaded")
    parser.add_argument("--to", dest="shared", type=Path, default=SHARED, metavar="FOLDER")
    options = parser.parse_args()
    whole = True
    for name, found in SETS.items():
        print(f"{found.title}\n  licence: {found.licence}\n  source:  {found.source}")
        if options.given:
            for sentence in lay_out(name, options.given.expanduser(), options.shared):
                print(f"  {sentence}")
        for right, sentence in check(name, options.shared):
            print(f"  {'ok ' if right else 'NOT'} {sentence}")
            whole = whole and right
        print()
    print("Every file is as measured." if whole else "Figures of the sets marked NOT cannot be reproduced.")
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
