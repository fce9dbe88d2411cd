"""W11 in PyTorch: LSTM(128) over 100 steps of 64 features at batch 32, trained with Adam.

    python torch_lstm.py --samples 640 [--threads N]
"""
from common import *
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm, self.dense = nn.LSTM(64, 128, batch_first=True), nn.Linear(128, 10)

    def forward(self, x):
        return self.dense(self.lstm(x)[0][:, -1])


fit_torch(Model(), *data(100, 64), BATCH_LSTM)
