"""Writes src/testing/tf-summary.tfevents: loss and accuracy of five steps, a histogram, a text and a picture, as TensorFlow writes them."""

import glob, os, shutil, tempfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np, tensorflow as tf

with tempfile.TemporaryDirectory() as folder:
    writer = tf.summary.create_file_writer(folder)
    with writer.as_default():
        for step in range(5):
            tf.summary.scalar("loss", 1 / (step + 1), step=step)
            tf.summary.scalar("grp/acc", step / 10, step=step)
        tf.summary.histogram("w", np.linspace(-2, 2, 9), step=1, buckets=4)
        tf.summary.text("note", "héllo", step=2)
        tf.summary.image("img", np.zeros((1, 2, 2, 3)), step=3)
    writer.close()
    [path] = glob.glob(os.path.join(folder, "*"))
    shutil.copy(path, "src/testing/tf-summary.tfevents")
