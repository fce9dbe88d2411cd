/** What a class is called in a config. */
export interface KerasIdentity {
  /** Public Python module of a Keras class ("keras.layers"); null for classes Keras does not have. */
  readonly module: string | null;
  readonly className: string;
  /** What the class is called inside Keras, where that is another name: automatic names and groups of files follow it. */
  readonly innerName?: string;
  /** For classes of your own: "my_package>MyLayer", as `keras.saving.register_keras_serializable` names them. */
  readonly registeredName?: string;
}

/** A class, whatever its constructor takes. */
export type AnyClass = abstract new (...args: never[]) => object;

/**
 * The identity a class declares as `static readonly keras`; a subclass that declares none goes by its own name.
 *
 * @example
 * class MyLayer {}
 * identityOf(MyLayer).className; // "MyLayer"
 */
export function identityOf(cls: AnyClass): KerasIdentity {
  if (Object.hasOwn(cls, "keras")) return (cls as unknown as { keras: KerasIdentity }).keras;
  return { module: null, className: cls.name, registeredName: cls.name };
}

/**
 * The class an object was made by.
 *
 * @example
 * classOf(tensor([1])) === Tensor; // true
 */
export function classOf(object: object): AnyClass {
  return (Object.getPrototypeOf(object) as { constructor: AnyClass }).constructor;
}
