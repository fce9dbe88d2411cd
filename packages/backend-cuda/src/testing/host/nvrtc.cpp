// NVRTC: the host's compiler.

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <regex>

#include "fake.h"

struct Program {
  std::string source, log, image;
};

API nvrtcVersion(int* major, int* minor) { *major = 13; *minor = 0; return 0; }
API nvrtcCreateProgram(Program** p, const char* source, const char*, int, const char* const*, const char* const*) {
  *p = new Program{source, "", ""};
  return 0;
}
API nvrtcDestroyProgram(Program** p) { delete *p; *p = nullptr; return 0; }
API nvrtcCompileProgram(Program* p, int, const char* const*) {
  ENTER("nvrtcCompileProgram")
  std::string text = std::string("#include \"") + NEURITE_DEVICE_HEADER + "\"\n" + p->source;
  const std::regex head("extern \"C\" __global__ void __launch_bounds__\\(\\d+\\) (\\w+)\\(([^)]*)\\) \\{");
  std::string tail;
  for (std::sregex_iterator it(p->source.begin(), p->source.end(), head), end; it != end; ++it) {
    const size_t start = static_cast<size_t>(it->position());
    const size_t next = p->source.find("\nextern \"C\"", start + 1);
    const bool barriers = p->source.substr(start, next - start).find("__syncthreads") != std::string::npos;
    const std::string name = (*it)[1], list = (*it)[2];
    size_t count = list.empty() ? 0 : 1;
    for (char c : list) count += c == ',';
    tail += "extern \"C\" { extern const int nr_barriers_" + name + " = " + (barriers ? "1" : "0") + "; extern const int nr_arguments_" + name +
            " = " + std::to_string(count) + "; void nr_invoke_" + name + "(void** values) { nr_call(" + name + ", values); } }\n";
  }
  text += tail;
  const std::string folder = std::string(NEURITE_WORK_FOLDER);
  char name[32];
  snprintf(name, sizeof(name), "%016zx", std::hash<std::string>()(text));
  // A fresh copy for each program: two modules of one source must not share their variables.
  static int number = 0;
  const std::string base = folder + "/" + name, kept = base + ".so";
  if (access(kept.c_str(), R_OK) != 0) {
    const std::string mine = base + "." + std::to_string(getpid()) + "." + std::to_string(number++);
    FILE* file = fopen((mine + ".cpp").c_str(), "w");
    if (file == nullptr) return 1;
    fwrite(text.data(), 1, text.size(), file);
    fclose(file);
    const std::string command = std::string("c++ -std=c++17 -O1 -w -fPIC -shared -fwrapv -fno-strict-aliasing -ffp-contract=off -o ") + mine + ".so " +
                                mine + ".cpp -lm > " + mine + ".log 2>&1";
    const int status = system(command.c_str());
    FILE* log = fopen((mine + ".log").c_str(), "r");
    char line[4096];
    while (log != nullptr && fgets(line, sizeof(line), log) != nullptr) p->log += line;
    if (log != nullptr) fclose(log);
    remove((mine + ".log").c_str());
    if (status != 0) return 6;
    remove((mine + ".cpp").c_str());
    rename((mine + ".so").c_str(), kept.c_str());
  }
  p->image = kept;
  return 0;
}
API nvrtcGetCUBINSize(Program* p, size_t* n) { *n = p->image.size() + 1; return 0; }
API nvrtcGetCUBIN(Program* p, char* into) { memcpy(into, p->image.c_str(), p->image.size() + 1); return 0; }
API nvrtcGetProgramLogSize(Program* p, size_t* n) { *n = p->log.size() + 1; return 0; }
API nvrtcGetProgramLog(Program* p, char* into) { memcpy(into, p->log.c_str(), p->log.size() + 1); return 0; }
