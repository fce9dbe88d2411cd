// The models of the works in TensorFlow.js.
const relu = { activation: "relu" };

export const classifier = ({ layers, sequential }) =>
  sequential({
    layers: [
      layers.dense({ inputShape: [784], units: 300, ...relu }),
      layers.dense({ units: 100, ...relu }),
      layers.dense({ units: 10, activation: "softmax" }),
    ],
  });

export function convolutional({ layers, sequential }) {
  const model = sequential();
  const conv = (filters, kernelSize, more = {}) => model.add(layers.conv2d({ filters, kernelSize, padding: "same", ...relu, ...more }));
  conv(64, 7, { inputShape: [28, 28, 1] });
  model.add(layers.maxPooling2d({ poolSize: 2 }));
  for (const filters of [128, 256]) {
    conv(filters, 3);
    conv(filters, 3);
    model.add(layers.maxPooling2d({ poolSize: 2 }));
  }
  model.add(layers.flatten());
  for (const units of [128, 64]) {
    model.add(layers.dense({ units, ...relu }));
    model.add(layers.dropout({ rate: 0.5 }));
  }
  model.add(layers.dense({ units: 10, activation: "softmax" }));
  return model;
}

export const regressor = ({ layers, sequential }) =>
  sequential({ layers: [layers.dense({ inputShape: [8], units: 30, ...relu }), layers.dense({ units: 1 })] });
