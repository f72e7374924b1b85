"""A model that knows many languages: one made here, tiny, of which the card says so."""

from __future__ import annotations

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

import qa
from qa.encoding.sentence_transformers import SentenceEncoder

TEXTS = ("The Strategy was adopted in 2006.\n\nTrains run by night.", "Стратегия была принята в 2006 году.")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """The folder of a model with random weights whose vocabulary was learnt from two languages."""
    from sentence_transformers import SentenceTransformer, SentenceTransformerModelCardData
    from sentence_transformers.models import Pooling, Transformer
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("model")
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer.train_from_iterator(TEXTS, trainers.WordPieceTrainer(vocab_size=200, special_tokens=special))
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
    ).save_pretrained(folder / "plain")
    config = BertConfig(
        vocab_size=200, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16
    )
    BertModel(config).save_pretrained(folder / "plain")
    words = Transformer(str(folder / "plain"), max_seq_length=64)
    card = SentenceTransformerModelCardData(language=["en", "ru"])
    SentenceTransformer(modules=[words, Pooling(16)], model_card_data=card).save(str(folder / "whole"))
    return folder / "whole"


def test_the_card_says_which_languages_a_model_knows(model, tmp_path):
    """Those that the card lists, all where it says multilingual, English without a card; the default knows English."""
    encoder = SentenceEncoder(str(model))
    assert (encoder.knows("ru"), encoder.knows("fr")) == (True, False)
    assert (SentenceEncoder().knows("en"), SentenceEncoder().knows("ru")) == (True, False)
    (tmp_path / "config.json").write_text("{}")
    assert [SentenceEncoder(str(tmp_path)).knows(code) for code in ("en", "ru")] == [True, False]
    (tmp_path / "README.md").write_text("---\nlanguage:\n- multilingual\n- de\n---\n# A model\n")
    assert SentenceEncoder(str(tmp_path)).knows("ru")


def test_a_question_in_a_language_that_the_model_knows_is_searched_by_meaning(model, tmp_path, write):
    """The index remembers the model; a question it knows has both lists, one it does not know has its words alone."""
    folder = write(a__txt=TEXTS[0])
    qa.build_index(folder, tmp_path / "i", encoder=SentenceEncoder(str(model)))
    bot = qa.open_bot(tmp_path / "i", threshold=0)
    known = bot.ask("Когда была принята Стратегия?")
    assert (known.language, known.found) == (None, True)
    assert all("dense" in citation.ranks for citation in known.citations)
    unknown = bot.ask("متى اعتمدت Strategy الاستراتيجية؟")
    assert unknown.language == "ar"
    assert [set(citation.ranks) for citation in unknown.citations] == [{"lexical"}]
