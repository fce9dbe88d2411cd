"""W12 in PyTorch: an encoder of 6 layers (256 features, 4 heads, 128 tokens) at batch 16, trained with Adam.

    python torch_transformer.py --samples 48 [--threads N]
"""
from common import *
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        layer = nn.TransformerEncoderLayer(256, 4, 1024, dropout=0.0, batch_first=True, layer_norm_eps=1e-3)
        self.encoder, self.dense = nn.TransformerEncoder(layer, 6), nn.Linear(256, 10)

    def forward(self, x):
        return self.dense(self.encoder(x).mean(1))


fit_torch(Model(), *data(128, 256), BATCH_TRANSFORMER)
