/* The part of onnxruntime's C interface that call_floor.c calls.

   The wheel has the library without its header. The interface is a table of functions whose order
   never changes: a new version appends ("End of Version N - DO NOT MODIFY ABOVE" in
   onnxruntime_c_api.cc of onnxruntime), so that the positions of version 11 (onnxruntime 1.11, the
   first with all of these) hold in every later library. A wrong position cannot pass unseen: the script compares the outputs with
   those that were exported. */

#ifndef ORT_ABI_H
#define ORT_ABI_H

#include <stddef.h>
#include <stdint.h>

#define ORT_API_VERSION 11

enum { ORT_LOGGING_FATAL = 4, ORT_ARENA_ALLOCATOR = 1, ORT_MEMORY_DEFAULT = 0, ORT_FLOAT = 1 };

typedef struct OrtStatus OrtStatus;
typedef struct OrtEnv OrtEnv;
typedef struct OrtSession OrtSession;
typedef struct OrtSessionOptions OrtSessionOptions;
typedef struct OrtRunOptions OrtRunOptions;
typedef struct OrtMemoryInfo OrtMemoryInfo;
typedef struct OrtValue OrtValue;
typedef struct OrtIoBinding OrtIoBinding;
typedef struct OrtCUDAProviderOptionsV2 OrtCUDAProviderOptionsV2;

/* `skipped_N` keeps the place of the functions from position N on that are not called. */
typedef struct OrtApi {
  void *skipped_0[2];
  const char *(*GetErrorMessage)(const OrtStatus *);
  OrtStatus *(*CreateEnv)(int log_level, const char *name, OrtEnv **);
  void *skipped_4[3];
  OrtStatus *(*CreateSession)(const OrtEnv *, const char *path, const OrtSessionOptions *,
                              OrtSession **);
  void *skipped_8[1];
  OrtStatus *(*Run)(OrtSession *, const OrtRunOptions *, const char *const *input_names,
                    const OrtValue *const *inputs, size_t input_count,
                    const char *const *output_names, size_t output_count, OrtValue **outputs);
  OrtStatus *(*CreateSessionOptions)(OrtSessionOptions **);
  void *skipped_11[11];
  OrtStatus *(*SetSessionLogSeverityLevel)(OrtSessionOptions *, int);
  void *skipped_23[1];
  OrtStatus *(*SetIntraOpNumThreads)(OrtSessionOptions *, int);
  OrtStatus *(*SetInterOpNumThreads)(OrtSessionOptions *, int);
  void *skipped_26[13];
  OrtStatus *(*CreateRunOptions)(OrtRunOptions **);
  void *skipped_40[9];
  OrtStatus *(*CreateTensorWithDataAsOrtValue)(const OrtMemoryInfo *, void *data, size_t bytes,
                                               const int64_t *shape, size_t dimensions, int type,
                                               OrtValue **);
  void *skipped_50[19];
  OrtStatus *(*CreateCpuMemoryInfo)(int allocator_type, int memory_type, OrtMemoryInfo **);
  void *skipped_70[60];
  OrtStatus *(*AddSessionConfigEntry)(OrtSessionOptions *, const char *key, const char *value);
  void *skipped_131[2];
  OrtStatus *(*RunWithBinding)(OrtSession *, const OrtRunOptions *, const OrtIoBinding *);
  OrtStatus *(*CreateIoBinding)(OrtSession *, OrtIoBinding **);
  void *skipped_135[1];
  OrtStatus *(*BindInput)(OrtIoBinding *, const char *name, const OrtValue *);
  OrtStatus *(*BindOutput)(OrtIoBinding *, const char *name, const OrtValue *);
  void *skipped_138[66];
  OrtStatus *(*SessionOptionsAppendExecutionProvider_CUDA_V2)(OrtSessionOptions *,
                                                              const OrtCUDAProviderOptionsV2 *);
  OrtStatus *(*CreateCUDAProviderOptions)(OrtCUDAProviderOptionsV2 **);
  OrtStatus *(*UpdateCUDAProviderOptions)(OrtCUDAProviderOptionsV2 *, const char *const *keys,
                                          const char *const *values, size_t count);
} OrtApi;

typedef struct OrtApiBase {
  const OrtApi *(*GetApi)(uint32_t version);
  const char *(*GetVersionString)(void);
} OrtApiBase;

#define ORT_POSITION(function, position)                                     \
  _Static_assert(offsetof(OrtApi, function) == (position) * sizeof(void *),  \
                 #function " is not at its position")
ORT_POSITION(Run, 9);
ORT_POSITION(SetSessionLogSeverityLevel, 22);
ORT_POSITION(SetInterOpNumThreads, 25);
ORT_POSITION(CreateRunOptions, 39);
ORT_POSITION(CreateTensorWithDataAsOrtValue, 49);
ORT_POSITION(CreateCpuMemoryInfo, 69);
ORT_POSITION(AddSessionConfigEntry, 130);
ORT_POSITION(RunWithBinding, 133);
ORT_POSITION(BindOutput, 137);
ORT_POSITION(SessionOptionsAppendExecutionProvider_CUDA_V2, 204);
ORT_POSITION(UpdateCUDAProviderOptions, 206);

#endif
