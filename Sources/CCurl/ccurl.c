// libcurl's own calls keep to themselves: what stands here under its names is for this program.
#pragma GCC visibility push(hidden)
#include "ccurl.h"
#pragma GCC visibility pop

#include <clinux_lazy.h>

// The header makes macros of those with variable arguments.
#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt
#undef curl_share_setopt

#define FUNCTIONS(F) \
    F(CURLcode, curl_global_init, (long flags), (flags)) \
    F(time_t, curl_getdate, (const char *text, const time_t *unused), (text, unused)) \
    F(CURL *, curl_easy_init, (void), ()) \
    F(void, curl_easy_cleanup, (CURL *handle), (handle)) \
    F(const char *, curl_easy_strerror, (CURLcode code), (code)) \
    F(CURLcode, curl_easy_send, (CURL *handle, const void *bytes, size_t count, size_t *sent), (handle, bytes, count, sent)) \
    F(CURLcode, curl_easy_recv, (CURL *handle, void *bytes, size_t room, size_t *received), (handle, bytes, room, received)) \
    F(CURLM *, curl_multi_init, (void), ()) \
    F(CURLMcode, curl_multi_cleanup, (CURLM *multi), (multi)) \
    F(CURLMcode, curl_multi_add_handle, (CURLM *multi, CURL *handle), (multi, handle)) \
    F(CURLMcode, curl_multi_remove_handle, (CURLM *multi, CURL *handle), (multi, handle)) \
    F(CURLMcode, curl_multi_socket_action, (CURLM *multi, curl_socket_t socket, int events, int *running), \
      (multi, socket, events, running)) \
    F(CURLMsg *, curl_multi_info_read, (CURLM *multi, int *left), (multi, left)) \
    F(CURLSH *, curl_share_init, (void), ()) \
    F(CURLSHcode, curl_share_cleanup, (CURLSH *share), (share))

// No function of ours can pass variable arguments on: these are called by their places.
#define VARIADIC(F) \
    F(CURLcode, curl_easy_setopt, (CURL *, CURLoption, ...), ) \
    F(CURLcode, curl_easy_getinfo, (CURL *, CURLINFO, ...), ) \
    F(CURLMcode, curl_multi_setopt, (CURLM *, CURLMoption, ...), ) \
    F(CURLSHcode, curl_share_setopt, (CURLSH *, CURLSHoption, ...), )

FUNCTIONS(CLINUX_LAZY_PLACE)
VARIADIC(CLINUX_LAZY_PLACE)
FUNCTIONS(CLINUX_LAZY_FUNCTION)

const char *ccurl_open(void) {
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) return dlerror();
    FUNCTIONS(CLINUX_LAZY_SEARCH)
    VARIADIC(CLINUX_LAZY_SEARCH)
    return NULL;
}

CURLcode ccurl_set_number(CURL *handle, CURLoption option, long value) {
    return found_curl_easy_setopt(handle, option, value);
}

CURLcode ccurl_set_text(CURL *handle, CURLoption option, const char *value) {
    return found_curl_easy_setopt(handle, option, value);
}

CURLcode ccurl_set_share(CURL *handle, CURLSH *share) { return found_curl_easy_setopt(handle, CURLOPT_SHARE, share); }

CURLcode ccurl_set_close_function(CURL *handle, curl_closesocket_callback function, void *context) {
    CURLcode code = found_curl_easy_setopt(handle, CURLOPT_CLOSESOCKETFUNCTION, function);
    return code ? code : found_curl_easy_setopt(handle, CURLOPT_CLOSESOCKETDATA, context);
}

curl_socket_t ccurl_get_socket(CURL *handle) {
    curl_socket_t value = CURL_SOCKET_BAD;
    return found_curl_easy_getinfo(handle, CURLINFO_ACTIVESOCKET, &value) == CURLE_OK ? value : CURL_SOCKET_BAD;
}

CURLMcode ccurl_multi_set_socket_function(CURLM *multi, curl_socket_callback function, void *context) {
    CURLMcode code = found_curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, function);
    return code ? code : found_curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, context);
}

CURLMcode ccurl_multi_set_timer_function(CURLM *multi, curl_multi_timer_callback function, void *context) {
    CURLMcode code = found_curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, function);
    return code ? code : found_curl_multi_setopt(multi, CURLMOPT_TIMERDATA, context);
}

int ccurl_multi_ended(CURLM *multi, CURLcode *result) {
    int left;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &left)) != NULL) {
        if (message->msg != CURLMSG_DONE) continue;
        *result = message->data.result;
        return 1;
    }
    return 0;
}

CURLSHcode ccurl_share_data(CURLSH *share, curl_lock_data data) {
    return found_curl_share_setopt(share, CURLSHOPT_SHARE, data);
}
