export { classOf, identityOf, type AnyClass, type KerasIdentity } from "./identity.ts";
export { autoName, configKey, resetAutoNames, snakeCase } from "./naming.ts";
export { invalid, makeField, type Field, type FieldKind, type FieldOptions } from "./field.ts";
export { field, type Range } from "./fields.ts";
export { assignOptions, configOf, fieldsOf, objectFromConfig } from "./options.ts";
export { functionName, isSerializable, serializeKerasObject, type Serializable } from "./serialize.ts";
export { deserializeKerasObject, isSerializedObject, type SerializedObject } from "./deserialize.ts";
export { withObjectSharing } from "./sharing.ts";
