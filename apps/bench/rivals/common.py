"""What the rivals share: their options, how many threads they use and the form of their result."""
import argparse, json, os, sys, time

parser = argparse.ArgumentParser()
parser.add_argument("--backend", default="tensorflow", choices=["tensorflow", "torch"], help="of Keras")
parser.add_argument("--threads", type=int, default=0)
parser.add_argument("--samples", type=int, required=True)
a = parser.parse_args()
os.environ["KERAS_BACKEND"] = a.backend
if a.threads:
    os.environ["OMP_NUM_THREADS"] = os.environ["TF_NUM_INTRAOP_THREADS"] = str(a.threads)
    os.environ["TF_NUM_INTEROP_THREADS"] = "1"

import numpy as np

BATCH_LSTM, BATCH_TRANSFORMER = 32, 16


def data(steps, features):
    random = np.random.RandomState(0)
    return random.randn(a.samples, steps, features).astype("float32"), random.randint(0, 10, a.samples)


def serve(framework, epoch):
    """Trains for an epoch that warms up, then for one at each line of standard input, and answers with a JSON line: its seconds."""
    epoch()
    print(json.dumps({"framework": framework, "ready": True}), flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        epoch()
        print(json.dumps({"framework": framework, "seconds": time.perf_counter() - start}), flush=True)


def fit_keras(model, x, y, batch):
    if a.backend == "torch" and a.threads:
        import torch
        torch.set_num_threads(a.threads)
    model.compile(loss="sparse_categorical_crossentropy", optimizer="adam")
    serve("keras-" + a.backend, lambda: model.fit(x, y, batch_size=batch, epochs=1, verbose=0))


def fit_torch(model, x, y, batch):
    """The usual loop: shuffled batches, Adam, logits and their cross-entropy."""
    import torch
    if a.threads:
        torch.set_num_threads(a.threads)
    x, y = torch.from_numpy(x), torch.from_numpy(y).long()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, eps=1e-7)

    def epoch():
        for picked in torch.randperm(len(x)).split(batch):
            optimizer.zero_grad()
            loss = torch.nn.functional.cross_entropy(model(x[picked]), y[picked])
            loss.backward()
            optimizer.step()
            loss.item()

    serve("torch", epoch)
