/** Plain helpers over Node-API: arguments in, values out. A failed conversion throws a TypeError in JavaScript. */
#ifndef NEURITE_VALUES_H
#define NEURITE_VALUES_H

#define NAPI_VERSION 8
#include <node_api.h>

#include <cstdint>
#include <string>

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

/** Throws an Error whose `code` tells TypeScript which class to make of it. */
inline napi_value throwError(napi_env env, const char* code, const std::string& message) {
  napi_throw_error(env, code, message.c_str());
  return nullptr;
}

}  // namespace neurite

#endif
