// What the project uses of libcurl. Its setters and getters take variable arguments, which Swift cannot call: here they
// stand once for each kind of argument.
#ifndef CCURL_H
#define CCURL_H

#include <curl/curl.h>

// Opens libcurl: before anything else here, once. NULL, or why it cannot be used.
const char *ccurl_open(void);

CURLcode ccurl_set_number(CURL *handle, CURLoption option, long value);
CURLcode ccurl_set_text(CURL *handle, CURLoption option, const char *value);
CURLcode ccurl_set_share(CURL *handle, CURLSH *share);
CURLcode ccurl_set_close_function(CURL *handle, curl_closesocket_callback function, void *context);
curl_socket_t ccurl_get_socket(CURL *handle);
CURLMcode ccurl_multi_set_socket_function(CURLM *multi, curl_socket_callback function, void *context);
CURLMcode ccurl_multi_set_timer_function(CURLM *multi, curl_multi_timer_callback function, void *context);
// 1 when the multi handle's transfer has ended, with its result.
int ccurl_multi_ended(CURLM *multi, CURLcode *result);
CURLSHcode ccurl_share_data(CURLSH *share, curl_lock_data data);

#endif
