"""Writes src/symbolic/keras-operations.ts: how each op of keras.ops is written in files of functional models.

An op is a function that makes an object of a class and calls it, `Mean(axis=axis, keepdims=keepdims).symbolic_call(x)`: what goes into the object is
in the file's config, what goes into the call among the arguments of the node.
"""
import ast, importlib, inspect, json

from keras.src.ops.operation import Operation

# Ops whose functions do not construct and call in one expression: config and call of each, as in the classes' signatures.
WRITTEN_BY_HAND = {
    ("image", "extract_patches_3d"): None,  # an ExtractPatches with three sizes
    ("core", "cast"): ("Cast", {"dtype": "dtype"}, ["x"], {}),
    ("core", "saturate_cast"): ("SaturateCast", {"dtype": "dtype"}, ["x"], {}),
    ("core", "convert_to_tensor"): ("ConvertToTensor", {"dtype": "dtype", "sparse": "sparse", "ragged": "ragged"}, ["x"], {}),
    ("numpy", "diff"): ("Diff", {"n": "n", "axis": "axis"}, ["a"], {}),
    ("numpy", "geomspace"): ("Geomspace", {"num": "num", "endpoint": "endpoint", "dtype": "dtype", "axis": "axis"}, ["start", "stop"], {}),
    ("numpy", "linspace"): ("Linspace", {"num": "num", "endpoint": "endpoint", "retstep": "retstep", "dtype": "dtype", "axis": "axis"}, ["start", "stop"], {}),
    ("numpy", "logspace"): ("Logspace", {"num": "num", "endpoint": "endpoint", "base": "base", "dtype": "dtype", "axis": "axis"}, ["start", "stop"], {}),
    ("numpy", "pad"): ("Pad", {"pad_width": "pad_width", "mode": "mode"}, ["x"], {"constant_values": "constant_values"}),
    ("numpy", "get_item"): ("GetItem", {}, ["x", "key"], {}),
}
# Classes of an op that no function makes.
SAME_OP = {"absolute": ["Abs"], "conjugate": ["Conj"]}


def default_of(parameter):
    return {} if parameter.default is inspect.Parameter.empty else {"default": parameter.default}


def rows():
    for name in ["core", "numpy", "nn", "math", "linalg", "image"]:
        module = importlib.import_module(f"keras.src.ops.{name}")
        for function in ast.parse(inspect.getsource(module)).body:
            if not isinstance(function, ast.FunctionDef) or function.name.startswith("_"):
                continue
            parameters = inspect.signature(getattr(module, function.name)).parameters
            if WRITTEN_BY_HAND.get((name, function.name), ()) is None:
                continue
            if (name, function.name) in WRITTEN_BY_HAND:
                cls, config, args, kwargs = WRITTEN_BY_HAND[(name, function.name)]
            else:
                found = [construct_and_call(node) for node in ast.walk(function)]
                found = [call for call in found if call is not None and inspect.isclass(getattr(module, call[0].id, None))]
                if not found:
                    continue
                target, construct, call = found[0]
                cls = target.id
                init = [p for p in inspect.signature(getattr(module, cls).__init__).parameters if p != "self"]
                config = dict(zip(init, map(ast.unparse, construct.args))) | {k.arg: ast.unparse(k.value) for k in construct.keywords}
                args = [ast.unparse(a) for a in call.args]
                kwargs = {k.arg: ast.unparse(k.value) for k in call.keywords if k.arg is not None}
            init = {k: p for k, p in inspect.signature(getattr(module, cls).__init__).parameters.items() if k not in ("self", "name", "kwargs")}
            entries = {}
            for key, parameter in init.items():
                source = config.get(key, key)
                entries[key] = (source, default_of(parameters[source] if source in parameters else parameter))
            keywords = {key: (source, default_of(parameters[source]) if source in parameters else {}) for key, source in kwargs.items()}
            for alias in [cls, *SAME_OP.get(function.name, [])]:
                yield name, function.name, alias, entries, args, keywords


def construct_and_call(node):
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "symbolic_call":
        construct = node.func.value
        if isinstance(construct, ast.Call) and isinstance(construct.func, ast.Name):
            return construct.func, construct, node
    return None


def literal(value):
    return json.dumps(list(value) if isinstance(value, tuple) else value)


def entry(key, source, default):
    # A key that the op calls by another name is written "key=name".
    name = key if key == source else f"{key}={source}"
    text = name if name.isidentifier() else json.dumps(name)
    return f"{text}: {literal(default['default'])}" if default else f"{text}: undefined"


def text_of(entries):
    return "{ " + ", ".join(entry(key, source, default) for key, (source, default) in entries.items()) + " }" if entries else "{}"


done = set()
lines = []
unnamed = []
for module, op, cls, entries, args, keywords in rows():
    if (module, cls) in done:
        continue
    done.add((module, cls))
    op = f"image.{op}" if module == "image" else op
    name = json.dumps(f"{module}.{cls}")
    fields = [json.dumps(op), json.dumps(args), *([text_of(entries)] if entries or keywords else []), *([text_of(keywords)] if keywords else [])]
    target = getattr(importlib.import_module(f"keras.src.ops.{module}"), cls)
    if "get_config" in vars(target):
        unnamed.append(name)
    lines.append(f"  {name}: [{', '.join(fields)}],")

HEAD = """/** What files of functional models call the ops of keras.ops. Generated by oracles/keras-operations.py. */

/** Keys with the defaults that are written where nothing was given; undefined where something must be. "key=name": what the op calls `name`. */
type Keys = Readonly<Record<string, unknown>>;

/** The op, its arguments in a node of the graph ("*" before those that are many), its config, and the keywords of a node. */
export type KerasOperation = readonly [op: string, args: readonly string[], config?: Keys, keywords?: Keys];

/** By the module inside keras.src.ops and the class. */
export const kerasOperations: Readonly<Record<string, KerasOperation>> = {
"""
TAIL = f"""}};

/** Classes whose configs hold no name. */
export const unnamedOperations: ReadonlySet<string> = new Set([{", ".join(unnamed)}]);
"""
with open("src/symbolic/keras-operations.ts", "w") as file:
    file.write(HEAD + "\n".join(lines) + "\n" + TAIL)
