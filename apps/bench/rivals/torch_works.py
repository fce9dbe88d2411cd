"""PyTorch. Variants: eager, channels-last and compile (with a fused optimizer where there is one)."""
from common import *
import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(options.threads)
compiled = options.variant == "compile"
layout = torch.channels_last if options.variant == "channels-last" else torch.contiguous_format


def classifier():
    return nn.Sequential(nn.Linear(784, 300), nn.ReLU(), nn.Linear(300, 100), nn.ReLU(), nn.Linear(100, 10))


def convolutional():
    layers, before = [], 1
    for kernel, counts in (7, [64]), (3, [128, 128]), (3, [256, 256]):
        for filters in counts:
            layers += [nn.Conv2d(before, filters, kernel, padding="same"), nn.ReLU()]
            before = filters
        layers.append(nn.MaxPool2d(2))
    layers.append(nn.Flatten())
    for inputs, units in (2304, 128), (128, 64):
        layers += [nn.Linear(inputs, units), nn.ReLU(), nn.Dropout(0.5)]
    return nn.Sequential(*layers, nn.Linear(64, 10)).to(memory_format=layout)


def normalized(inputs, filters, kernel, stride):
    return [nn.Conv2d(inputs, filters, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(filters)]


class Residual(nn.Module):
    def __init__(self, inputs, filters, stride):
        super().__init__()
        self.main = nn.Sequential(*normalized(inputs, filters, 3, stride), nn.ReLU(), *normalized(filters, filters, 3, 1))
        self.skip = nn.Sequential(*normalized(inputs, filters, 1, stride)) if stride > 1 else nn.Identity()

    def forward(self, x):
        return F.relu(self.main(x) + self.skip(x))


def resnet34():
    layers = [*normalized(3, 64, 7, 2), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
    for stage, units in enumerate([3, 4, 6, 3]):
        filters = 64 << stage
        for unit in range(units):
            first = stage > 0 and unit == 0
            layers.append(Residual(filters // 2 if first else filters, filters, 2 if first else 1))
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10)).to(memory_format=layout)


def batch_norm():
    layers = []
    for inputs in [784] + [100] * 4:
        layers += [nn.Linear(inputs, 100), nn.ELU(), nn.BatchNorm1d(100)]
    return nn.Sequential(*layers, nn.Linear(100, 10))


def training(unit, model, optimizer, x, y, batch=32, loss=F.cross_entropy, shuffled=False):
    """The usual loop, over slices of the arrays; W11 and W12 have shuffled batches and read the loss."""
    x, y = torch.from_numpy(x), torch.from_numpy(y)
    if y.dtype == torch.int32:
        y = y.long()
    if x.ndim == 4:
        x = x.contiguous(memory_format=layout)
    steps = len(x) // batch

    def forward(x, y):
        return loss(model(x), y)

    if compiled:
        forward = torch.compile(forward)

    def step(x, y):
        value = forward(x, y)
        optimizer.zero_grad(set_to_none=True)
        value.backward()
        optimizer.step()
        return value

    def epoch():
        if shuffled:
            for picked in torch.randperm(len(x)).split(batch):
                step(x[picked], y[picked]).item()
        else:
            for at in range(0, steps * batch, batch):
                step(x[at : at + batch], y[at : at + batch])

    return timed(unit, steps, epoch)


def sgd(model, rate):
    return torch.optim.SGD(model.parameters(), rate, fused=True if compiled else None)


@row("W1", "step")
def _():
    model = classifier()
    return training("us", model, sgd(model, 0.01), *digits(55000))


@row("W2", "step")
def _():
    x, y = digits(384)
    model = convolutional()
    return training("ms", model, torch.optim.NAdam(model.parameters(), 1e-3), x.reshape(-1, 1, 28, 28), y)


@row("W3", "training step")
def _():
    model = resnet34()
    return training("ms", model, sgd(model, 0.01), noise(16, 3, 224, 224), classes(16), batch=8)


def regression():
    model = nn.Sequential(nn.Linear(8, 30), nn.ReLU(), nn.Linear(30, 1))
    return training("us", model, sgd(model, 0.001), noise(11610, 8), noise(11610, 1), loss=F.mse_loss)


row("W5", "step")(regression)
row("W5", "step by step")(regression)


@row("W6", "step")
def _():
    model = batch_norm()
    return training("us", model, torch.optim.NAdam(model.parameters(), 1e-3), *digits(9600))


@row("W7", "100 passes")
def _():
    layers, inputs = [nn.Dropout(0.2)], 784
    for units in 300, 100:
        layers += [nn.Linear(inputs, units), nn.ELU(), nn.Dropout(0.2)]
        inputs = units
    model, x = nn.Sequential(*layers, nn.Linear(100, 10), nn.Softmax(-1)).train(), torch.from_numpy(digits(10000)[0])
    draw = torch.compile(model) if compiled else model

    def passes():
        with torch.inference_mode():
            return torch.stack([draw(x) for _ in range(10)]).mean(0)

    return timed("s", 0.1, passes)


class LastStep(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm, self.dense = nn.LSTM(64, 128, batch_first=True), nn.Linear(128, 10)

    def forward(self, x):
        return self.dense(self.lstm(x)[0][:, -1])


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        layer = nn.TransformerEncoderLayer(256, 4, 1024, dropout=0.0, batch_first=True, layer_norm_eps=1e-3)
        self.encoder, self.dense = nn.TransformerEncoder(layer, 6), nn.Linear(256, 10)

    def forward(self, x):
        return self.dense(self.encoder(x).mean(1))


def adam(model):
    return torch.optim.Adam(model.parameters(), 1e-3, eps=1e-7)


@row("W11", "step")
def _():
    model = LastStep()
    return training("ms", model, adam(model), noise(640, 100, 64), classes(640), shuffled=True)


@row("W12", "step")
def _():
    model = Encoder()
    return training("ms", model, adam(model), noise(48, 128, 256), classes(48), batch=16, shuffled=True)


def prediction(unit, model, x):
    model, x = model.eval(), torch.from_numpy(x)
    if x.ndim == 4:
        x = x.contiguous(memory_format=layout)
    predict = torch.compile(model) if compiled else model

    def call():
        with torch.inference_mode():
            return predict(x).numpy()

    return repeated(unit, call)


class Separable(nn.Sequential):
    def __init__(self):
        def unit(inputs, filters, kernel, stride, groups=1):
            return [nn.Conv2d(inputs, filters, kernel, stride, kernel // 2, groups=groups, bias=False), nn.BatchNorm2d(filters), nn.ReLU()]

        layers, before = unit(3, 32, 3, 2), 32
        for filters, stride in (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1):
            layers += unit(before, before, 3, stride, before) + unit(before, filters, 1, 1)
            before = filters
        super().__init__(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10))


class UNet(nn.Module):
    def __init__(self):
        super().__init__()

        def twice(inputs, filters):
            return nn.Sequential(nn.Conv2d(inputs, filters, 3, 1, 1), nn.ReLU(), nn.Conv2d(filters, filters, 3, 1, 1), nn.ReLU())

        self.down, self.up, self.join = nn.ModuleList([twice(3, 32), twice(32, 64)]), nn.ModuleList(), nn.ModuleList()
        self.bottom, self.last = twice(64, 128), nn.Conv2d(32, 1, 1)
        for filters in 64, 32:
            self.up.append(nn.ConvTranspose2d(2 * filters, filters, 2, 2))
            self.join.append(twice(2 * filters, filters))

    def forward(self, x):
        seen = []
        for down in self.down:
            x = down(x)
            seen.append(x)
            x = F.max_pool2d(x, 2)
        x = self.bottom(x)
        for up, join in zip(self.up, self.join):
            x = join(torch.cat([up(x), seen.pop()], 1))
        return torch.sigmoid(self.last(x))


class Causal(nn.Module):
    """Of [batch, steps, features], as all frameworks have it."""

    def __init__(self):
        super().__init__()
        self.dilations, before = [1, 2, 4, 8] * 2, [8] + [64] * 7
        self.layers = nn.ModuleList(nn.Conv1d(n, 64, 2, dilation=d) for n, d in zip(before, self.dilations))
        self.last = nn.Conv1d(64, 8, 1)

    def forward(self, x):
        x = x.transpose(1, 2)
        for layer, dilation in zip(self.layers, self.dilations):
            x = F.relu(layer(F.pad(x, (dilation, 0))))
        return self.last(x).transpose(1, 2)


def autoencoder():
    layers = []
    for inputs, filters in (1, 16), (16, 32):
        layers += [nn.Conv2d(inputs, filters, 3, 1, 1), nn.ReLU(), nn.MaxPool2d(2)]
    layers += [nn.Conv2d(32, 64, 3, 1, 1), nn.ReLU()]
    for inputs, filters in (64, 32), (32, 16):
        layers += [nn.ConvTranspose2d(inputs, filters, 3, 2, 1, 1), nn.ReLU()]
    return nn.Sequential(*layers, nn.Conv2d(16, 1, 3, 1, 1), nn.Sigmoid())


def wide_windows():
    layers = [nn.Conv2d(3, 64, 11, 2, 5), nn.ReLU(), nn.MaxPool2d(3, 2), nn.Conv2d(64, 128, 5, 1, 2), nn.ReLU(), nn.MaxPool2d(3, 2)]
    layers += [nn.Conv2d(128, 192, 3, 1, 1), nn.ReLU(), nn.Conv2d(192, 128, 3, 1, 1), nn.ReLU(), nn.Flatten()]
    return nn.Sequential(*layers, nn.Linear(6272, 1024), nn.ReLU(), nn.Linear(1024, 10))


class Text(nn.Module):
    def __init__(self, kind, both, depth):
        super().__init__()
        self.words = nn.Embedding(5000, 64)
        self.layers = kind(64, 64, depth, batch_first=True, bidirectional=both)
        self.dense = nn.Linear(128 if both else 64, 10)

    def forward(self, x):
        # The last state of each direction.
        states = self.layers(self.words(x))[1]
        states = states[0] if isinstance(states, tuple) else states
        return self.dense(torch.cat(list(states[-2:]), 1) if self.layers.bidirectional else states[-1])


def words(samples):
    return (np.arange(samples * 100) * 7919 % 5000).reshape(samples, 100)


def images(*shape):
    return lambda samples: noise(samples, *shape)


OTHERS = {
    "separable convolutions": (Separable, 16, images(3, 96, 96), classes),
    "U-Net": (UNet, 8, images(3, 64, 64), images(1, 64, 64)),
    "dilated causal convolutions": (Causal, 32, images(256, 8), images(256, 8)),
    "autoencoder": (autoencoder, 32, images(1, 28, 28), images(1, 28, 28)),
    "wide windows": (wide_windows, 16, images(3, 64, 64), classes),
    "two GRUs": (lambda: Text(nn.GRU, False, 2), 32, words, classes),
    "bidirectional LSTM": (lambda: Text(nn.LSTM, True, 1), 32, words, classes),
    "wide dense layers": (lambda: nn.Sequential(nn.Linear(1024, 2048), nn.ReLU(), nn.Linear(2048, 2048), nn.ReLU(), nn.Linear(2048, 10)), 256, images(1024), classes),
}


def other(name, make, batch, x, y):
    def model():
        return make().to(memory_format=layout)

    def step():
        made, loss = model(), F.cross_entropy if y is classes else F.mse_loss
        return training("ms", made, adam(made), x(4 * batch), y(4 * batch), batch, loss, shuffled=True)

    row("W13", f"{name}: step")(step)
    row("W13", f"{name}: prediction")(lambda: prediction("us", model(), x(1)))


for name, kind in OTHERS.items():
    other(name, *kind)

products(torch.mm, torch.from_numpy)
row("W3", "inference of 1")(lambda: prediction("ms", resnet34(), noise(1, 3, 224, 224)))
row("W3", "inference of 8")(lambda: prediction("ms", resnet34(), noise(8, 3, 224, 224)))
row("W4", "mlp")(lambda: prediction("us", classifier(), noise(1, 784)))
row("W4", "cnn")(lambda: prediction("us", convolutional(), noise(1, 1, 28, 28)))
serve()
