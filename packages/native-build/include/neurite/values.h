/** Plain helpers over Node-API: arguments in, values out. A failed conversion throws a TypeError in JavaScript. */
#ifndef NEURITE_VALUES_H
#define NEURITE_VALUES_H

#define NAPI_VERSION 8
#include <node_api.h>

#include <cstdint>
#include <string>
#include <vector>

namespace neurite {

/** Arguments of a call; missing ones are undefined. */
template <size_t kCount>
struct Arguments {
  napi_env env;
  napi_value values[kCount];
  bool ok = true;

  Arguments(napi_env environment, napi_callback_info info) : env(environment) {
    size_t count = kCount;
    ok = napi_get_cb_info(env, info, &count, values, nullptr, nullptr) == napi_ok && count >= kCount;
    if (!ok) napi_throw_type_error(env, nullptr, "too few arguments");
  }

  int32_t int32(size_t i) {
    int32_t value = 0;
    if (ok && napi_get_value_int32(env, values[i], &value) != napi_ok) fail("a number was expected");
    return value;
  }

  double number(size_t i) {
    double value = 0;
    if (ok && napi_get_value_double(env, values[i], &value) != napi_ok) fail("a number was expected");
    return value;
  }

  /** Bytes of a typed array, DataView or ArrayBuffer. */
  char* bytes(size_t i, size_t& length) {
    length = 0;
    if (!ok) return nullptr;
    void* data = nullptr;
    bool is = false;
    if (napi_is_typedarray(env, values[i], &is) == napi_ok && is) {
      napi_typedarray_type type;
      size_t elements = 0;
      napi_get_typedarray_info(env, values[i], &type, &elements, &data, nullptr, nullptr);
      length = elements * elementSize(type);
      return static_cast<char*>(data);
    }
    if (napi_is_dataview(env, values[i], &is) == napi_ok && is) {
      napi_get_dataview_info(env, values[i], &length, &data, nullptr, nullptr);
      return static_cast<char*>(data);
    }
    if (napi_is_arraybuffer(env, values[i], &is) == napi_ok && is) {
      napi_get_arraybuffer_info(env, values[i], &data, &length);
      return static_cast<char*>(data);
    }
    fail("a typed array was expected");
    return nullptr;
  }

  std::string string(size_t i) { return toString(values[i]); }

  std::string toString(napi_value value) {
    size_t length = 0;
    if (!ok || napi_get_value_string_utf8(env, value, nullptr, 0, &length) != napi_ok) {
      fail("a string was expected");
      return {};
    }
    std::string text(length, '\0');
    napi_get_value_string_utf8(env, value, text.data(), length + 1, &length);
    return text;
  }

  void fail(const char* message) {
    if (ok) napi_throw_type_error(env, nullptr, message);
    ok = false;
  }

 private:
  static size_t elementSize(napi_typedarray_type type) {
    switch (type) {
      case napi_int8_array:
      case napi_uint8_array:
      case napi_uint8_clamped_array:
        return 1;
      case napi_int16_array:
      case napi_uint16_array:
        return 2;
      case napi_int32_array:
      case napi_uint32_array:
      case napi_float32_array:
        return 4;
      case napi_float64_array:
      case napi_bigint64_array:
      case napi_biguint64_array:
        return 8;
      default:
        return 2;  // Float16Array, newer than these headers.
    }
  }
};

inline napi_value makeNumber(napi_env env, double value) {
  napi_value result = nullptr;
  napi_create_double(env, value, &result);
  return result;
}

inline napi_value makeBoolean(napi_env env, bool value) {
  napi_value result = nullptr;
  napi_get_boolean(env, value, &result);
  return result;
}

inline napi_value makeUndefined(napi_env env) {
  napi_value result = nullptr;
  napi_get_undefined(env, &result);
  return result;
}

inline napi_value makeString(napi_env env, const std::string& text) {
  napi_value result = nullptr;
  napi_create_string_utf8(env, text.data(), text.size(), &result);
  return result;
}

inline napi_value makeStrings(napi_env env, const std::vector<std::string>& strings) {
  napi_value array = nullptr;
  napi_create_array_with_length(env, strings.size(), &array);
  for (size_t i = 0; i < strings.size(); i++) napi_set_element(env, array, static_cast<uint32_t>(i), makeString(env, strings[i]));
  return array;
}

/** The strings of an array; what is none is empty. */
inline std::vector<std::string> stringsOf(napi_env env, napi_value array) {
  std::vector<std::string> strings;
  uint32_t count = 0;
  napi_get_array_length(env, array, &count);
  for (uint32_t i = 0; i < count; i++) {
    napi_value value = nullptr;
    napi_get_element(env, array, i, &value);
    size_t length = 0;
    if (napi_get_value_string_utf8(env, value, nullptr, 0, &length) != napi_ok) length = 0;
    std::string text(length, '\0');
    if (length > 0) napi_get_value_string_utf8(env, value, text.data(), length + 1, &length);
    strings.push_back(std::move(text));
  }
  return strings;
}

inline void defineFunction(napi_env env, napi_value exports, const char* name, napi_callback callback) {
  napi_value function = nullptr;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function);
  napi_set_named_property(env, exports, name, function);
}

/** Throws an Error whose `code` tells TypeScript which class to make of it. */
inline napi_value throwError(napi_env env, const char* code, const std::string& message) {
  napi_throw_error(env, code, message.c_str());
  return nullptr;
}

/** Whether bytes `offset` to `offset + bytes` are inside a storage of `size`; throws where they are not. */
inline bool checkRange(napi_env env, size_t size, double offset, double bytes) {
  if (offset >= 0 && bytes >= 0 && offset + bytes <= static_cast<double>(size)) return true;
  throwError(env, "NEURITE_VALUE",
             "bytes " + std::to_string(static_cast<int64_t>(offset)) + " to " + std::to_string(static_cast<int64_t>(offset + bytes)) +
                 " are not all inside a storage of " + std::to_string(size) + " bytes");
  return false;
}

}  // namespace neurite

#endif
