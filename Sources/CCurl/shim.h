// What the project uses of libcurl. Its setters and getters take variable arguments, which Swift cannot call: here they
// stand once for each kind of argument. The names are in parentheses because the header makes macros of them.
#include <curl/curl.h>

static inline CURLcode ccurl_set_number(CURL *handle, CURLoption option, long value) {
    return (curl_easy_setopt)(handle, option, value);
}
static inline CURLcode ccurl_set_text(CURL *handle, CURLoption option, const char *value) {
    return (curl_easy_setopt)(handle, option, value);
}
static inline CURLcode ccurl_set_share(CURL *handle, CURLSH *share) {
    return (curl_easy_setopt)(handle, CURLOPT_SHARE, share);
}
static inline CURLcode ccurl_set_close_function(CURL *handle, curl_closesocket_callback function, void *context) {
    CURLcode code = (curl_easy_setopt)(handle, CURLOPT_CLOSESOCKETFUNCTION, function);
    return code ? code : (curl_easy_setopt)(handle, CURLOPT_CLOSESOCKETDATA, context);
}

static inline curl_socket_t ccurl_get_socket(CURL *handle) {
    curl_socket_t value = CURL_SOCKET_BAD;
    return (curl_easy_getinfo)(handle, CURLINFO_ACTIVESOCKET, &value) == CURLE_OK ? value : CURL_SOCKET_BAD;
}
static inline CURLMcode ccurl_multi_set_socket_function(CURLM *multi, curl_socket_callback function, void *context) {
    CURLMcode code = (curl_multi_setopt)(multi, CURLMOPT_SOCKETFUNCTION, function);
    return code ? code : (curl_multi_setopt)(multi, CURLMOPT_SOCKETDATA, context);
}
static inline CURLMcode ccurl_multi_set_timer_function(CURLM *multi, curl_multi_timer_callback function, void *context) {
    CURLMcode code = (curl_multi_setopt)(multi, CURLMOPT_TIMERFUNCTION, function);
    return code ? code : (curl_multi_setopt)(multi, CURLMOPT_TIMERDATA, context);
}
// 1 when the multi handle's transfer has ended, with its result.
static inline int ccurl_multi_ended(CURLM *multi, CURLcode *result) {
    int left;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &left)) != NULL) {
        if (message->msg != CURLMSG_DONE) continue;
        *result = message->data.result;
        return 1;
    }
    return 0;
}

static inline CURLSHcode ccurl_share_data(CURLSH *share, curl_lock_data data) {
    return (curl_share_setopt)(share, CURLSHOPT_SHARE, data);
}
