"""Prints what TensorBoard itself reads in a folder of event files, as JSON: python oracles/read-events.py LOGDIR"""

import json
import sys

from tensorboard.backend.event_processing import event_accumulator
from tensorboard.util import tensor_util

accumulator = event_accumulator.EventAccumulator(sys.argv[1], size_guidance={"tensors": 0})
accumulator.Reload()
result = {}
for tag in accumulator.Tags()["tensors"]:
    metadata = accumulator.SummaryMetadata(tag)
    events = []
    for event in accumulator.Tensors(tag):
        array = tensor_util.make_ndarray(event.tensor_proto)
        values = [
            {"bytes": len(value), "start": value[:8].hex(), "text": value.decode("utf8", "replace") if len(value) < 40 else None}
            if isinstance(value, bytes)
            else float(value)
            for value in array.reshape(-1).tolist()
        ]
        events.append({"step": event.step, "shape": list(array.shape), "values": values})
    result[tag] = {
        "plugin": metadata.plugin_data.plugin_name,
        "data_class": metadata.data_class,
        "description": metadata.summary_description,
        "events": events,
    }
graph = None
if accumulator.Tags()["graph"]:
    graph = [{"name": node.name, "op": node.op, "input": list(node.input)} for node in accumulator.Graph().node]
print(json.dumps({"tensors": result, "graph": graph}))
