/* Times calls of onnxruntime from C, with bound input and output, as `slot` of bench times them.

     call_floor LIBRARY MODEL CALL INPUT SHAPE FILE OUTPUT SHAPE [KEY=VALUE ...]

   CALL is `run` (OrtApi::Run), `binding` (OrtApi::RunWithBinding), `options` (OrtApi::Run with run
   options that are made once; without, onnxruntime makes them in each call) or `nothing` (the clock).
   FILE holds the input's float32 numbers; a SHAPE reads 128,1,28,28; each KEY=VALUE is an entry of
   the session's configuration, each cuda:KEY=VALUE an option of the CUDA provider, which is used
   where there is one. Tensors lie in the memory of the CPU. One thread. Requests come on standard input, a line each:

     slot SECONDS OPENING   -> a JSON list of the seconds of single calls
     outputs                -> a JSON list of the numbers of the latest call's output        */

#define _POSIX_C_SOURCE 200809L /* clock_gettime */

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ort_abi.h"

enum { MOST_SAMPLES = 1000, MOST_DIMENSIONS = 8, MOST_OPTIONS = 16 };  /* the first as in bench/engine/timing.py */

typedef struct Tensor {
  const char *name;
  int64_t shape[MOST_DIMENSIONS];
  size_t dimensions, count;
  float *numbers;
  OrtValue *value;
} Tensor;

static const OrtApi *api;
static OrtSession *session;
static OrtIoBinding *binding;
static OrtRunOptions *options; /* NULL unless they are kept */
static Tensor input, output;

static void fail(const char *what, const char *why) {
  fprintf(stderr, "call_floor: %s: %s\n", what, why);
  exit(1);
}

static void check(OrtStatus *status) {
  if (status) fail("onnxruntime", api->GetErrorMessage(status));
}

static void run(void) {
  check(api->Run(session, options, &input.name, (const OrtValue *const *)&input.value, 1,
                 &output.name, 1, &output.value));
}

static void run_with_binding(void) { check(api->RunWithBinding(session, NULL, binding)); }

static void nothing(void) {}

static int64_t nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static void slot(void (*call)(void), double seconds, int opening) {
  static int64_t samples[MOST_SAMPLES];
  size_t count = 0;
  while (opening-- > 0) call();
  int64_t end = nanoseconds() + (int64_t)(seconds * 1e9), after = 0;
  while (after < end && count < MOST_SAMPLES) {
    int64_t before = nanoseconds();
    call();
    after = nanoseconds();
    samples[count++] = after - before;
  }
  for (size_t i = 0; i < count; i++) printf("%c%.9f", i ? ',' : '[', samples[i] * 1e-9);
  puts("]");
}

static void print_outputs(void) {
  for (size_t i = 0; i < output.count; i++) printf("%c%.9g", i ? ',' : '[', output.numbers[i]);
  puts("]");
}

static Tensor allocate(const char *name, const char *shape, const OrtMemoryInfo *memory) {
  Tensor tensor = {.name = name, .count = 1};
  for (char *next = (char *)shape; *next; next += *next == ',') {
    char *start = next;
    int64_t size = strtoll(start, &next, 10);
    if (next == start || size < 1 || tensor.dimensions == MOST_DIMENSIONS) fail("shape", shape);
    tensor.shape[tensor.dimensions++] = size;
    tensor.count *= (size_t)size;
  }
  size_t bytes = tensor.count * sizeof(float);
  tensor.numbers = aligned_alloc(64, (bytes + 63) / 64 * 64);
  if (!tensor.numbers) fail(name, "no memory");
  memset(tensor.numbers, 0, bytes);
  check(api->CreateTensorWithDataAsOrtValue(memory, tensor.numbers, bytes, tensor.shape,
                                            tensor.dimensions, ORT_FLOAT, &tensor.value));
  return tensor;
}

static void open_library(const char *path) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) fail("library", dlerror());
  const OrtApiBase *(*get)(void) = (const OrtApiBase *(*)(void))dlsym(library, "OrtGetApiBase");
  if (!get) fail("library", dlerror());
  api = get()->GetApi(ORT_API_VERSION);
  if (!api) fail("library", "it does not serve this version of the interface");
}

static void use_cuda(OrtSessionOptions *chosen, const char **keys, const char **values, size_t n) {
  OrtCUDAProviderOptionsV2 *cuda;
  check(api->CreateCUDAProviderOptions(&cuda));
  check(api->UpdateCUDAProviderOptions(cuda, keys, values, n));
  check(api->SessionOptionsAppendExecutionProvider_CUDA_V2(chosen, cuda));
}

static void open_session(const char *model, char **entries) {
  const char *keys[MOST_OPTIONS], *values[MOST_OPTIONS];
  size_t count = 0;
  OrtEnv *environment;
  OrtSessionOptions *chosen;
  check(api->CreateEnv(ORT_LOGGING_FATAL, "call_floor", &environment));
  check(api->CreateSessionOptions(&chosen));
  check(api->SetIntraOpNumThreads(chosen, 1));
  check(api->SetInterOpNumThreads(chosen, 1));
  check(api->SetSessionLogSeverityLevel(chosen, ORT_LOGGING_FATAL));
  for (; *entries; entries++) {
    char *equals = strchr(*entries, '=');
    if (!equals) fail("KEY=VALUE", *entries);
    *equals = '\0';
    if (strncmp(*entries, "cuda:", 5)) {
      check(api->AddSessionConfigEntry(chosen, *entries, equals + 1));
    } else {
      if (count == MOST_OPTIONS) fail("too many options", *entries);
      keys[count] = *entries + 5;
      values[count++] = equals + 1;
    }
  }
  if (count) use_cuda(chosen, keys, values, count);
  check(api->CreateSession(environment, model, chosen, &session));
}

static void bind(char **words) {
  OrtMemoryInfo *memory;
  check(api->CreateCpuMemoryInfo(ORT_ARENA_ALLOCATOR, ORT_MEMORY_DEFAULT, &memory));
  input = allocate(words[0], words[1], memory);
  output = allocate(words[3], words[4], memory);
  FILE *file = fopen(words[2], "rb");
  if (!file || fread(input.numbers, sizeof(float), input.count, file) != input.count)
    fail(words[2], "it does not hold the input's numbers");
  fclose(file);
  check(api->CreateIoBinding(session, &binding));
  check(api->BindInput(binding, input.name, input.value));
  check(api->BindOutput(binding, output.name, output.value));
}

int main(int count, char **words) {
  if (count < 9) fail("usage", "LIBRARY MODEL CALL INPUT SHAPE FILE OUTPUT SHAPE [KEY=VALUE ...]");
  open_library(words[1]);
  open_session(words[2], words + 9);
  bind(words + 4);
  if (!strcmp(words[3], "options")) check(api->CreateRunOptions(&options));
  void (*call)(void) = !strcmp(words[3], "run")       ? run
                       : !strcmp(words[3], "options") ? run
                       : !strcmp(words[3], "binding") ? run_with_binding
                       : !strcmp(words[3], "nothing") ? nothing
                                                      : NULL;
  if (!call) fail("CALL is not run, binding, options or nothing", words[3]);
  char line[80];
  while (fgets(line, sizeof line, stdin)) {
    double seconds;
    int opening;
    if (sscanf(line, "slot %lf %d", &seconds, &opening) == 2)
      slot(call, seconds, opening);
    else if (!strcmp(line, "outputs\n"))
      print_outputs();
    else
      fail("request", line);
    fflush(stdout);
  }
  return 0;
}
