"""What the card of the reader says of it besides digests, settings and figures (Mitchell et al. 2019, Model Cards)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

ABOUT: Mapping[str, Any] = {
    "about": "Low-rank adapters, norms and two heads over all-MiniLM-L6-v2: does a passage answer a question, and with "
    "which words. It generates nothing; all it can do is point into the passage.",
    "licence": "CC BY-SA 4.0, as the larger part of what it was trained on",
    "sources": {
        "SQuAD 2.0, training part (Rajpurkar et al. 2018)": "CC BY-SA 4.0",
        "SQuADShifts: new Wikipedia, Reddit, Amazon (Miller et al. 2020)": "CC BY 4.0",
        "OneStopQA (Berzak et al. 2020)": "CC BY-SA 4.0",
        "BoolQ (Clark et al. 2019)": "CC BY-SA 3.0",
        "MedQuAD (Ben Abacha and Demner-Fushman 2019)": "CC BY 4.0",
        "FairytaleQA (Xu et al. 2022)": "Apache-2.0",
        "SelQA (Jurczyk et al. 2016)": "Apache-2.0",
        "ConditionalQA (Sun et al. 2022)": "BSD-2-Clause, texts under the Open Government Licence",
        "PubMedQA (Jin et al. 2019)": "MIT",
    },
    "limits": [
        "English alone; questions in another language are not read.",
        "It was trained on encyclopaedias, news, reviews, tales, medical and government pages, not on resolutions.",
        "It marks one stretch of words; an answer in several places is marked in part.",
        "It does not tell whether a statement is true, only whether words look like an answer to the question.",
    ],
}
