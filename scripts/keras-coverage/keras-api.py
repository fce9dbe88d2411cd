"""Writes keras-api.json: the public modules of the installed Keras with the parameters and defaults of what they hold.

python scripts/keras-coverage/keras-api.py
"""

import importlib
import inspect
import json
import os
import pkgutil
import types

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras

SKIPPED = ("keras.src", "keras.legacy")


def plain(value):
    """A default as JSON: Python objects by their text."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if abs(value) != float("inf") else {"py": repr(value)}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return {"py": getattr(value, "__name__", repr(value))}


def parameters(thing):
    try:
        signature = inspect.signature(thing)
    except (TypeError, ValueError):
        return []
    result = []
    for parameter in signature.parameters.values():
        if parameter.name == "self":
            continue
        star = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
        if star or parameter.default is inspect.Parameter.empty:
            result.append([star + parameter.name])
        else:
            result.append([parameter.name, plain(parameter.default)])
    return result


def modules(root):
    yield root
    for info in pkgutil.walk_packages(root.__path__, root.__name__ + "."):
        if info.name.startswith(SKIPPED) or any(part.startswith("_") for part in info.name.split(".")):
            continue
        module = importlib.import_module(info.name)
        yield module


api = {}
for module in modules(keras):
    entries = {}
    public = {
        name: thing
        for name, thing in sorted(vars(module).items())
        if not name.startswith("_") and not isinstance(thing, types.ModuleType) and callable(thing)
    }
    for name, thing in public.items():
        # A second name of a thing is an alias; the first is its own where the module has that, else the first by the alphabet.
        names = [other for other, candidate in public.items() if candidate is thing]
        own = getattr(thing, "__name__", None)
        known = own if own in names else names[0]
        if known != name:
            entries[name] = {"alias": known}
            continue
        entries[name] = {"kind": "class" if inspect.isclass(thing) else "function", "parameters": parameters(thing)}
    if entries:
        api[module.__name__] = entries

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "keras-api.json")
with open(path, "w") as file:
    lines = []
    for module, entries in api.items():
        body = ",\n".join(f"    {json.dumps(name)}: {json.dumps(entry)}" for name, entry in entries.items())
        lines.append(f"  {json.dumps(module)}: {{\n{body}\n  }}")
    file.write('{\n  "version": ' + json.dumps(keras.__version__) + ',\n' + ",\n".join(lines) + "\n}\n")
print(f"{sum(map(len, api.values()))} names of {len(api)} modules")
