import math
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from bots import embedding
from bots.models.mind import EMBEDDING_SIZE
from config.embedded.state import CLONE


def cosine(one: embedding.Vector, other: embedding.Vector) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def test_a_vector_has_the_size_of_its_column_and_length_one() -> None:
    vector = embedding.vector("Temettü düzenli gelirdir.")
    assert len(vector) == EMBEDDING_SIZE
    assert math.isclose(cosine(vector, vector), 1, rel_tol=1e-4)


def test_texts_near_in_meaning_are_nearer_than_strangers() -> None:
    rise, gain, match = embedding.vectors(
        ["Borsa bugün yükseldi.", "Bu sabah borsada artış var.", "Akşama maç var mı?"]
    )
    assert cosine(rise, gain) > cosine(rise, match) + 0.1


def test_a_batch_gives_what_its_texts_give_alone_in_their_order() -> None:
    texts = ["Altın güvenli liman.", "Dolar yerinde sayıyor.", ""]
    together = embedding.vectors(texts)
    assert all(cosine(vector, embedding.vector(text)) > 0.9999 for text, vector in zip(texts, together, strict=True))


def test_no_texts_give_no_vectors() -> None:
    assert embedding.vectors([]) == []


def test_threads_share_one_model_and_agree() -> None:
    texts = [f"Portföyün {n}. hissesi." for n in range(8)]
    with ThreadPoolExecutor(4) as pool:
        vectors = list(pool.map(embedding.vector, texts))
    assert all(cosine(vector, embedding.vector(text)) > 0.9999 for text, vector in zip(texts, vectors, strict=True))


def test_the_model_has_read_its_weights_before_a_second_thread_asks_for_it() -> None:
    embedding._loaded.clear()
    assert embedding._model()._backend is not None


def test_a_process_counts_with_one_thread_whoever_loads_the_mathematics() -> None:
    asked = "import config, os, numpy; print(len(os.listdir('/proc/self/task')))"
    bare = {name: value for name, value in os.environ.items() if not name.startswith("OPENBLAS_NUM")}
    done = subprocess.run(
        [sys.executable, "-c", asked], env=bare, cwd=CLONE, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "1"
