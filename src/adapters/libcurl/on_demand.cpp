// libcurl's own functions for `scalper`, which finds the library with the first one that is called: a gate without
// webhooks has neither its 5 MB in memory nor the twenty libraries that it brings along. What the other adapters call
// stays libcurl's interface (curl/curl.h), and programs that always speak HTTP, the Lambda first, link libcurl itself.
//
// Where the library cannot be loaded, functions answer as for want of memory: CURLE_FAILED_INIT, or null.
// Thread safety: as libcurl's; the first call may come from any thread.

#include <curl/curl.h>
#include <dlfcn.h>

#include <cstdarg>
#include <cstdio>

// Macros of curl.h that take a fixed number of arguments.
#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt

namespace {

void* load() {
  void* library =
      ::dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);  // the name under which version 7.16 and later install
  if (library == nullptr)                               // glibc keeps a thread's own error
    std::fprintf(stderr, "scalper: HTTP needs libcurl: %s\n", ::dlerror());  // NOLINT(concurrency-mt-unsafe)
  return library;
}

// The library's function of that name and type, null where it cannot be had. Once loaded the library stays: connections
// live as long as the process.
template <class Function>
Function* find(const char* name) {
  static void* const library = load();
  return library == nullptr ? nullptr : reinterpret_cast<Function*>(::dlsym(library, name));
}

}  // namespace

#ifdef __clang__
// The interface is C's: an enumeration before the dots is passed as the integer that it promotes to, here of its size.
#pragma clang diagnostic ignored "-Wvarargs"
#endif

// The name of a function stands three times in each of them; a macro keeps the three the same.
#define SCALPER_FROM_LIBCURL(name) static auto* const found = find<decltype(::name)>(#name)

CURLcode curl_global_init(long flags) {  // NOLINT(google-runtime-int): libcurl's type
  SCALPER_FROM_LIBCURL(curl_global_init);
  return found == nullptr ? CURLE_FAILED_INIT : found(flags);
}

CURL* curl_easy_init() {
  SCALPER_FROM_LIBCURL(curl_easy_init);
  return found == nullptr ? nullptr : found();
}

void curl_easy_cleanup(CURL* easy) {
  SCALPER_FROM_LIBCURL(curl_easy_cleanup);
  if (found != nullptr) found(easy);
}

void curl_easy_reset(CURL* easy) {
  SCALPER_FROM_LIBCURL(curl_easy_reset);
  if (found != nullptr) found(easy);
}

CURLcode curl_easy_perform(CURL* easy) {
  SCALPER_FROM_LIBCURL(curl_easy_perform);
  return found == nullptr ? CURLE_FAILED_INIT : found(easy);
}

CURLcode curl_easy_pause(CURL* easy, int what) {
  SCALPER_FROM_LIBCURL(curl_easy_pause);
  return found == nullptr ? CURLE_FAILED_INIT : found(easy, what);
}

const char* curl_easy_strerror(CURLcode code) {
  SCALPER_FROM_LIBCURL(curl_easy_strerror);
  return found == nullptr ? "libcurl cannot be loaded" : found(code);
}

// The type of an option's value is told by the range of its number.
CURLcode curl_easy_setopt(CURL* easy, CURLoption option, ...) {
  SCALPER_FROM_LIBCURL(curl_easy_setopt);
  if (found == nullptr) return CURLE_FAILED_INIT;
  std::va_list values;
  va_start(values, option);
  CURLcode code = CURLE_OK;
  if (option < CURLOPTTYPE_OBJECTPOINT)                // the calls look alike, the types differ
    code = found(easy, option, va_arg(values, long));  // NOLINT(google-runtime-int,bugprone-branch-clone)
  else if (option >= CURLOPTTYPE_OFF_T && option < CURLOPTTYPE_BLOB)
    code = found(easy, option, va_arg(values, curl_off_t));
  else
    code = found(easy, option, va_arg(values, void*));
  va_end(values);
  return code;
}

CURLcode curl_easy_getinfo(CURL* easy, CURLINFO what, ...) {
  SCALPER_FROM_LIBCURL(curl_easy_getinfo);
  if (found == nullptr) return CURLE_FAILED_INIT;
  std::va_list values;
  va_start(values, what);
  const CURLcode code = found(easy, what, va_arg(values, void*));  // always where the answer goes
  va_end(values);
  return code;
}

CURLM* curl_multi_init() {
  SCALPER_FROM_LIBCURL(curl_multi_init);
  return found == nullptr ? nullptr : found();
}

CURLMcode curl_multi_cleanup(CURLM* multi) {
  SCALPER_FROM_LIBCURL(curl_multi_cleanup);
  return found == nullptr ? CURLM_INTERNAL_ERROR : found(multi);
}

CURLMcode curl_multi_add_handle(CURLM* multi, CURL* easy) {
  SCALPER_FROM_LIBCURL(curl_multi_add_handle);
  return found == nullptr ? CURLM_INTERNAL_ERROR : found(multi, easy);
}

CURLMcode curl_multi_remove_handle(CURLM* multi, CURL* easy) {
  SCALPER_FROM_LIBCURL(curl_multi_remove_handle);
  return found == nullptr ? CURLM_INTERNAL_ERROR : found(multi, easy);
}

CURLMcode curl_multi_perform(CURLM* multi, int* running) {
  SCALPER_FROM_LIBCURL(curl_multi_perform);
  return found == nullptr ? CURLM_INTERNAL_ERROR : found(multi, running);
}

CURLMcode curl_multi_poll(CURLM* multi, curl_waitfd* more, unsigned int size, int millis, int* ready) {
  SCALPER_FROM_LIBCURL(curl_multi_poll);
  return found == nullptr ? CURLM_INTERNAL_ERROR : found(multi, more, size, millis, ready);
}

CURLMcode curl_multi_wakeup(CURLM* multi) {
  SCALPER_FROM_LIBCURL(curl_multi_wakeup);
  return found == nullptr ? CURLM_INTERNAL_ERROR : found(multi);
}

CURLMsg* curl_multi_info_read(CURLM* multi, int* left) {
  SCALPER_FROM_LIBCURL(curl_multi_info_read);
  return found == nullptr ? nullptr : found(multi, left);
}

// Only numbers are set here.
CURLMcode curl_multi_setopt(CURLM* multi, CURLMoption option, ...) {
  SCALPER_FROM_LIBCURL(curl_multi_setopt);
  if (found == nullptr || option >= CURLOPTTYPE_OBJECTPOINT) return CURLM_UNKNOWN_OPTION;
  std::va_list values;
  va_start(values, option);
  const CURLMcode code = found(multi, option, va_arg(values, long));  // NOLINT(google-runtime-int)
  va_end(values);
  return code;
}

curl_slist* curl_slist_append(curl_slist* list, const char* text) {
  SCALPER_FROM_LIBCURL(curl_slist_append);
  return found == nullptr ? nullptr : found(list, text);
}

void curl_slist_free_all(curl_slist* list) {
  SCALPER_FROM_LIBCURL(curl_slist_free_all);
  if (found != nullptr) found(list);
}

CURLU* curl_url() {
  SCALPER_FROM_LIBCURL(curl_url);
  return found == nullptr ? nullptr : found();
}

void curl_url_cleanup(CURLU* url) {
  SCALPER_FROM_LIBCURL(curl_url_cleanup);
  if (found != nullptr) found(url);
}

CURLUcode curl_url_get(CURLU* url, CURLUPart part, char** text, unsigned int flags) {
  SCALPER_FROM_LIBCURL(curl_url_get);
  return found == nullptr ? CURLUE_OUT_OF_MEMORY : found(url, part, text, flags);
}

CURLUcode curl_url_set(CURLU* url, CURLUPart part, const char* text, unsigned int flags) {
  SCALPER_FROM_LIBCURL(curl_url_set);
  return found == nullptr ? CURLUE_OUT_OF_MEMORY : found(url, part, text, flags);
}

void curl_free(void* bytes) {
  SCALPER_FROM_LIBCURL(curl_free);
  if (found != nullptr) found(bytes);
}
